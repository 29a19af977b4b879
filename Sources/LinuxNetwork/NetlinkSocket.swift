import CNetlink
import Glibc
import LinuxSystem
import Synchronization

/// A netlink socket. It belongs to the namespace that it was opened in, whichever thread uses it later.
public final class NetlinkSocket: @unchecked Sendable {
  // Guarded by `lock`: one request and its answers at a time.
  private let socket: OpaquePointer
  private let lock = Mutex<Void>(())
  /// How long to wait for the kernel.
  private let patience: Duration

  /// How often to request a list again that changed while it was listed.
  private static let attempts = 20

  public enum Family: Int32, Sendable {
    case route = 0
    case socketDiagnosis = 4
    /// NETLINK_NETFILTER: connection tracking and nf_tables.
    case netfilter = 12
  }

  /// Opens a socket in the calling thread's network namespace.
  ///
  /// - Parameter patience: how long to wait for an answer. The kernel works within the request, so its answer is ready
  ///   before the wait begins: no timer runs unless an answer is lost, and on the virtual clock nothing is woken.
  public init(_ family: Family, patience: Duration = .seconds(5)) throws(NetlinkError) {
    guard let socket = nl_socket_alloc() else { throw NetlinkError("allocate a netlink socket", Errno(code: ENOMEM)) }
    self.socket = socket
    self.patience = patience
    nl_socket_disable_auto_ack(socket)
    let code = nl_connect(socket, family.rawValue)
    guard code == 0 else { throw NetlinkError("open a netlink socket (\(family))", Errno(code: errno)) }
    // Asks for the kernel's own error texts, and for acknowledgements without an echo of the request. Old kernels
    // support neither.
    var on: Int32 = 1
    for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK] {
      setsockopt(descriptor, SOL_NETLINK, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    let (seconds, fraction) = patience.components
    var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(fraction / 1_000_000_000_000))
    guard setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
      throw NetlinkError("limit how long a netlink socket waits", Errno(code: errno))
    }
  }

  deinit {
    nl_socket_free(socket)
  }

  /// The number of its descriptor.
  var descriptor: Int32 { nl_socket_get_fd(socket) }

  /// Its number among the namespace's netlink sockets; answers carry it.
  private var port: UInt32 { nl_socket_get_local_port(socket) }

  /// Joins a multicast group, such as RTNLGRP_LINK.
  func join(_ group: rtnetlink_groups, _ name: String) throws(NetlinkError) {
    let code = nl_socket_add_membership(socket, Int32(group.rawValue))
    guard code == 0 else { throw NetlinkError("subscribe to \(name)", Errno(code: errno)) }
  }

  /// Sends requests in one sendmsg(2) and waits until the kernel has carried out all of them; throws the first refusal.
  ///
  /// - Parameter tolerated: refusals that do not count as errors, such as ENOENT for an object that is to be removed.
  func perform(_ requests: [NetlinkRequest], tolerating tolerated: Set<Errno> = []) throws(NetlinkError) {
    guard let last = requests.lastIndex(where: \.wantsAcknowledgement) else { return }
    try exclusively { () throws(NetlinkError) in
      var sent: [NetlinkOrders.Order] = []
      var bytes: [UInt8] = []
      for (index, request) in requests.enumerated() {
        let sequence = try append(request, flags: index == last ? NLM_F_ACK : 0, to: &bytes)
        sent.append(
          NetlinkOrders.Order(
            operation: request.operation, sequence: sequence, isFrame: !request.wantsAcknowledgement))
      }
      let operation = requests.map(\.operation).joined(separator: ", ")
      var orders = NetlinkOrders(sent, acknowledged: sent[last].sequence, port: port, tolerating: tolerated)
      try send(bytes, operation)
      while try !orders.take(try receive(operation)) {}
    }
  }

  /// Sends a request and returns the answers: one message, or all of a dump. A dump during which something changed is
  /// repeated, as it may lack objects that existed all the time.
  func query(_ request: NetlinkRequest, dump: Bool) throws(NetlinkError) -> [NetlinkMessage] {
    try exclusively { () throws(NetlinkError) in
      for _ in 1...Self.attempts {
        do throws(NetlinkError) {
          if let answers = try ask(request, dump: dump) { return answers }
        } catch {
          // The kernel refuses a list (EBUSY) while another one is not read to its end.
          drain()
          throw error
        }
      }
      throw NetlinkError(
        request.operation, .interrupted, kernelMessage: "it changed while it was read, \(Self.attempts) times in a row")
    }
  }

  /// The answers; nil if the list changed while it was read.
  private func ask(_ request: NetlinkRequest, dump: Bool) throws(NetlinkError) -> [NetlinkMessage]? {
    var bytes: [UInt8] = []
    let sequence = try append(request, flags: dump ? NLM_F_DUMP : 0, to: &bytes)
    var question = NetlinkQuestion(operation: request.operation, sequence: sequence, port: port, isDump: dump)
    try send(bytes, request.operation)
    var state = NetlinkQuestion.State.unfinished
    while state == .unfinished { state = try question.take(try receive(request.operation)) }
    return state == .finished ? question.answers : nil
  }

  /// Reads and discards what is there.
  private func drain() {
    var byte: UInt8 = 0
    while recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) >= 0 {}
  }

  /// Waits for a notification; nil if none came within `milliseconds`.
  func notification(withinMilliseconds milliseconds: Int32) throws(NetlinkError) -> [NetlinkMessage]? {
    let operation = "wait for notifications"
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, milliseconds) > 0 else { return nil }
    return try receive(operation).messages(for: operation)
  }

  private func exclusively<Result>(_ body: () throws(NetlinkError) -> Result) throws(NetlinkError) -> Result {
    try lock.withLock { _ throws(NetlinkError) in try body() }
  }

  /// Appends a request under a new sequence number, which it returns.
  private func append(
    _ request: NetlinkRequest, flags: Int32, to bytes: inout [UInt8]
  ) throws(NetlinkError) -> UInt32 {
    guard let header = nlmsg_hdr(request.message) else {
      throw NetlinkError(request.operation, Errno(code: ENOMEM))
    }
    header.pointee.nlmsg_seq = UInt32(NL_AUTO_SEQ)
    nl_complete_msg(socket, request.message)
    header.pointee.nlmsg_flags |= UInt16(flags | NLM_F_REQUEST)
    bytes += UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len))
    bytes += Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
    return header.pointee.nlmsg_seq
  }

  private func send(_ bytes: [UInt8], _ operation: String) throws(NetlinkError) {
    while Glibc.send(descriptor, bytes, bytes.count, 0) == -1 {
      let code = errno
      if code != EINTR { throw NetlinkError(operation, Errno(code: code)) }
    }
  }

  /// The next datagram from the kernel; skips datagrams from other processes.
  private func receive(_ operation: String) throws(NetlinkError) -> NetlinkDatagram {
    while true {
      var sender = sockaddr_nl()
      var code: Int32 = 0
      var isTruncated = false
      // The kernel fills at most 32 KiB per message of a dump (netlink_dump).
      let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        let room = buffer.count
        var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
        var got: Int
        repeat {
          got = withUnsafeMutableBytes(of: &sender) { address in
            // With MSG_TRUNC it returns the true length.
            recvfrom(
              descriptor, buffer.baseAddress, room, Int32(MSG_TRUNC),
              address.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
          }
        } while got == -1 && errno == EINTR
        if got < 0 { code = errno }
        isTruncated = got > room
        count = min(max(got, 0), room)
      }
      switch code {
      case 0: break
      case EAGAIN:
        throw NetlinkError(
          operation, Errno(code: ETIMEDOUT), kernelMessage: "the kernel did not answer within \(patience)")
      case ENOBUFS: throw NetlinkError(operation, Errno(code: code), kernelMessage: "the kernel lost an answer")
      default: throw NetlinkError(operation, Errno(code: code))
      }
      if sender.nl_pid == 0 { return NetlinkDatagram(bytes: bytes[...], isTruncated: isTruncated) }
    }
  }
}
