import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// Sends numbered Ethernet frames over a lab's cable and records when each arrives and how it was changed.
///
/// Raw frames of an experimental type (IEEE 802, 88B5) between packet sockets: no protocol in either host's kernel
/// retransmits frames, drops damaged ones, or adds its own. Arrivals carry the kernel's time stamp.
struct FrameMeter {
  struct Arrival: Sendable {
    /// The sequence number, from 0.
    var number: Int
    var delay: Duration
    /// How many of its bits are not as they were sent.
    var damagedBits: Int
    /// Since the first frame was sent.
    var at: Duration
  }

  private let sender: TestSocket
  private let receiver: TestSocket
  /// Holds the cable.
  private let lab: Lab

  /// On a path without a router: from the client to the server, or back.
  init(in lab: Lab, from host: HostName = .client) throws {
    let ends = try lab.cable(.server).ends
    guard let near = ends.first(where: { $0.host == host }), let far = ends.first(where: { $0.host != host }) else {
      throw LabError("measure frames", "\(host.rawValue) is not at the server's cable")
    }
    self.lab = lab
    sender = try Self.socket(at: near, in: lab, receiving: 0)
    receiver = try Self.socket(at: far, in: lab, receiving: 3)
  }

  /// Sends `count` frames, a burst every `spacing`, and waits until no frame has come for `settle`.
  func measure(
    _ count: Int, together burst: Int = 1, every spacing: Duration, size: Int = 214, settle: Duration
  ) throws -> [Arrival] {
    var arrivals: [Arrival] = []
    let start = Clocks.realtimeNanoseconds()
    for number in 0..<count {
      if number % burst == 0 {
        try collect(until: start + spacing.inNanoseconds * Int64(number / burst), start, size, &arrivals)
      }
      let frame = Self.frame(number: Int64(number), sentAt: Clocks.realtimeNanoseconds(), size: size)
      try sender.descriptor.writeAll(frame)
    }
    var seen = -1
    while seen != arrivals.count {
      seen = arrivals.count
      try collect(until: Clocks.realtimeNanoseconds() + settle.inNanoseconds, start, size, &arrivals)
    }
    return arrivals
  }

  /// Waits until a time, and receives what has arrived by then.
  private func collect(until end: Int64, _ start: Int64, _ size: Int, _ arrivals: inout [Arrival]) throws {
    var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    while clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
    while let (bytes, at) = try receive() {
      guard bytes.count == size else { continue }
      var (number, sentAt) = Self.firstCopy(in: bytes)
      var damagedBits = 0
      if bytes != Self.frame(number: number, sentAt: sentAt, size: size) {
        (number, sentAt) = Self.majority(in: bytes)
        let sent = Self.frame(number: number, sentAt: sentAt, size: size)
        damagedBits = zip(sent, bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
      }
      arrivals.append(
        Arrival(
          number: Int(number), delay: .nanoseconds(at - sentAt), damagedBits: damagedBits, at: .nanoseconds(at - start))
      )
    }
  }

  /// A waiting frame and its arrival time (SO_TIMESTAMPNS, socket(7)); nil if none is waiting.
  private func receive() throws -> (bytes: [UInt8], at: Int64)? {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var control = [Int](repeating: 0, count: 16)
    let count = bytes.withUnsafeMutableBytes { bytes in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          (message.msg_iov, message.msg_iovlen) = (part, 1)
          (message.msg_control, message.msg_controllen) = (control.baseAddress, control.count)
          return recvmsg(receiver.descriptor.raw, &message, Int32(MSG_DONTWAIT))
        }
      }
    }
    if count < 0 {
      if errno == EAGAIN { return nil }
      throw SystemError("receive a frame", Errno(code: errno))
    }
    // struct cmsghdr: length, then level and type; then a struct timespec.
    return (Array(bytes.prefix(count)), Int64(control[2]) * 1_000_000_000 + Int64(control[3]))
  }

  /// A header, followed by many copies of the number and the time.
  private static func frame(number: Int64, sentAt: Int64, size: Int) -> [UInt8] {
    let header: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0xee, 0x01, 0x88, 0xb5]
    var frame = header + [UInt8](repeating: 0, count: size - header.count)
    frame.withUnsafeMutableBytes { bytes in
      for offset in stride(from: header.count, through: size - 16, by: 16) {
        bytes.storeBytes(of: number, toByteOffset: offset, as: Int64.self)
        bytes.storeBytes(of: sentAt, toByteOffset: offset + 8, as: Int64.self)
      }
    }
    return frame
  }

  private static func firstCopy(in frame: [UInt8]) -> (number: Int64, sentAt: Int64) {
    frame.withUnsafeBytes { bytes in
      (bytes.loadUnaligned(fromByteOffset: 14, as: Int64.self), bytes.loadUnaligned(fromByteOffset: 22, as: Int64.self))
    }
  }

  /// What most of the copies say, bit by bit.
  private static func majority(in frame: [UInt8]) -> (number: Int64, sentAt: Int64) {
    let body = frame.dropFirst(14)
    let copies = (0..<body.count / 16).map { copy in body.dropFirst(copy * 16).prefix(16) }
    func word(at offset: Int) -> Int64 {
      var votes = [Int](repeating: 0, count: 64)
      for copy in copies {
        for bit in 0..<64 where copy[copy.startIndex + offset + bit / 8] >> UInt8(bit % 8) & 1 == 1 { votes[bit] += 1 }
      }
      return votes.enumerated().reduce(0) { $0 | ($1.element * 2 > copies.count ? 1 << Int64($1.offset) : 0) }
    }
    return (word(at: 0), word(at: 8))
  }

  /// A packet socket of one interface (packet(7)); `protocol` 0 receives nothing, 3 (ETH_P_ALL) everything.
  private static func socket(at end: CableEnd, in lab: Lab, receiving protocol: UInt16) throws -> TestSocket {
    try lab.host(end.host).runBlocking {
      let raw = Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard raw >= 0 else { throw SystemError("open a packet socket", Errno(code: errno)) }
      let socket = TestSocket(OwnedDescriptor(owning: raw))
      // struct sockaddr_ll: family, protocol, interface, and what only matters for sending by address.
      var address = [UInt8](repeating: 0, count: 20)
      address.withUnsafeMutableBytes { bytes in
        bytes.storeBytes(of: UInt16(AF_PACKET), as: UInt16.self)
        bytes.storeBytes(of: `protocol`.bigEndian, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: end.interface.index, toByteOffset: 4, as: Int32.self)
      }
      let bound = address.withUnsafeBytes { bytes in
        bytes.withMemoryRebound(to: sockaddr.self) { bind(raw, $0.baseAddress, 20) }
      }
      guard bound == 0 else { throw SystemError("bind a packet socket", Errno(code: errno)) }
      for (option, value) in [(SO_TIMESTAMPNS, 1), (SO_RCVBUFFORCE, 64 << 20)] as [(Int32, Int32)] {
        var value = value
        guard setsockopt(raw, SOL_SOCKET, option, &value, 4) == 0 else {
          throw SystemError("set an option of a packet socket", Errno(code: errno))
        }
      }
      return socket
    }
  }
}
