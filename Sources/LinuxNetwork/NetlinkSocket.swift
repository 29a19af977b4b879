import CNetlink
import Glibc
import LinuxSystem
import Synchronization

/// A netlink socket. It stays in the namespace that it was opened in, whichever thread uses it later.
public final class NetlinkSocket: @unchecked Sendable {
  // Guarded by `lock`: one request and its answers at a time.
  private let socket: OpaquePointer
  private let lock = Mutex<Void>(())

  public enum Family: Int32, Sendable {
    case route = 0
    case socketDiagnosis = 4
    /// NETLINK_NETFILTER: connection tracking and nf_tables.
    case netfilter = 12
  }

  /// Opens a socket in the calling thread's network namespace.
  public init(_ family: Family) throws(NetlinkError) {
    guard let socket = nl_socket_alloc() else { throw NetlinkError("allocate a netlink socket", Errno(code: ENOMEM)) }
    self.socket = socket
    nl_socket_disable_auto_ack(socket)
    let code = nl_connect(socket, family.rawValue)
    guard code == 0 else { throw NetlinkError("open a netlink socket (\(family))", Errno(code: errno)) }
    // The kernel's own error texts, and acknowledgements without an echo of the request. Old kernels have neither.
    var on: Int32 = 1
    for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK] {
      setsockopt(nl_socket_get_fd(socket), SOL_NETLINK, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  deinit {
    nl_socket_free(socket)
  }

  /// Joins a multicast group, such as RTNLGRP_LINK.
  func join(_ group: rtnetlink_groups, _ name: String) throws(NetlinkError) {
    let code = nl_socket_add_membership(socket, Int32(group.rawValue))
    guard code == 0 else { throw NetlinkError("subscribe to \(name)", Errno(code: errno)) }
  }

  /// Sends requests in one sendmsg(2) and waits until the kernel has carried out all; throws the first refusal.
  ///
  /// The kernel works in order and reports every refusal, so that only the last request needs an acknowledgement.
  func perform(_ requests: [NetlinkRequest]) throws(NetlinkError) {
    guard let last = requests.lastIndex(where: \.wantsAcknowledgement) else { return }
    try exclusively { () throws(NetlinkError) in
      var asked: [UInt32: NetlinkRequest] = [:]
      var lastSequence: UInt32 = 0
      var bytes: [UInt8] = []
      for (index, request) in requests.enumerated() {
        let sequence = try append(request, flags: index == last ? NLM_F_ACK : 0, to: &bytes)
        asked[sequence] = request
        if index == last { lastSequence = sequence }
      }
      try send(bytes, for: requests)
      var refusal: NetlinkError?
      var isDone = false
      while !isDone {
        for message in try receive(for: requests) where message.type == NetlinkMessage.error {
          guard let request = asked[message.sequence] else { continue }
          refusal = refusal ?? Self.refusal(in: message, of: request.operation)
          // Where the frame is refused, the rest is not even looked at.
          if message.sequence == lastSequence || !request.wantsAcknowledgement && refusal != nil { isDone = true }
        }
      }
      if let refusal { throw refusal }
    }
  }

  /// Sends a request and returns the answers: one message, or all of a dump.
  func query(_ request: NetlinkRequest, dump: Bool) throws(NetlinkError) -> [NetlinkMessage] {
    try exclusively { () throws(NetlinkError) in
      var bytes: [UInt8] = []
      let sequence = try append(request, flags: dump ? NLM_F_DUMP : 0, to: &bytes)
      try send(bytes, for: [request])
      var answers: [NetlinkMessage] = []
      while true {
        for message in try receive(for: [request]) where message.sequence == sequence {
          if message.type == NetlinkMessage.done { return answers }
          if message.type == NetlinkMessage.error {
            if let error = Self.refusal(in: message, of: request.operation) { throw error }
            return answers
          }
          answers.append(message)
          if !dump { return answers }
        }
      }
    }
  }

  /// Waits for a notification; nil if none came within `milliseconds`.
  func notification(withinMilliseconds milliseconds: Int32) throws(NetlinkError) -> [NetlinkMessage]? {
    var descriptor = pollfd(fd: nl_socket_get_fd(socket), events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return nil }
    return try receive(for: [])
  }

  private func exclusively<Result>(_ body: () throws(NetlinkError) -> Result) throws(NetlinkError) -> Result {
    try lock.withLock { _ throws(NetlinkError) in try body() }
  }

  private func append(
    _ request: NetlinkRequest, flags: Int32, to bytes: inout [UInt8]
  ) throws(NetlinkError) -> UInt32 {
    nl_complete_msg(socket, request.message)
    guard let header = nlmsg_hdr(request.message) else {
      throw NetlinkError(request.operation, Errno(code: ENOMEM))
    }
    header.pointee.nlmsg_flags |= UInt16(flags | NLM_F_REQUEST)
    bytes += UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len))
    bytes += Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
    return header.pointee.nlmsg_seq
  }

  private func send(_ bytes: [UInt8], for requests: [NetlinkRequest]) throws(NetlinkError) {
    while Glibc.send(nl_socket_get_fd(socket), bytes, bytes.count, 0) == -1 {
      let code = errno
      if code != EINTR { throw NetlinkError(requests.map(\.operation).joined(separator: ", "), Errno(code: code)) }
    }
  }

  private func receive(for requests: [NetlinkRequest]) throws(NetlinkError) -> [NetlinkMessage] {
    let descriptor = nl_socket_get_fd(socket)
    var code: Int32 = 0
    // The kernel fills at most 32 KiB per message of a dump (netlink_dump).
    let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      var got: Int
      repeat { got = recv(descriptor, buffer.baseAddress, buffer.count, 0) } while got == -1 && errno == EINTR
      if got < 0 { code = errno }
      count = max(got, 0)
    }
    guard code == 0 else { throw NetlinkError(requests.map(\.operation).joined(separator: ", "), Errno(code: code)) }
    return NetlinkMessage.parse(bytes[...])
  }

  /// struct nlmsgerr: the error, the request's header, then (EXT_ACK, CAP_ACK) attributes with the kernel's words.
  private static func refusal(in message: NetlinkMessage, of operation: String) -> NetlinkError? {
    let code = -message.payload.load(Int32.self, at: 0)
    guard code != 0 else { return nil }
    let attributes = message.attributes(skipping: 4 + NetlinkMessage.headerSize)
    return NetlinkError(
      operation, Errno(code: code), kernelMessage: attributes[UInt16(NLMSGERR_ATTR_MSG.rawValue)]?.text)
  }
}
