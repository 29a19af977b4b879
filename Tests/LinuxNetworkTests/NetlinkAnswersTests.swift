import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import LinuxNetwork

/// Handmade answers of the kernel: datagrams as recvmsg(2) returns them.
@Suite("Netlink answers")
struct NetlinkAnswersTests {
  private static let (error, done, entry): (UInt16, UInt16, UInt16) = (2, 3, 16)
  private static let multipart: UInt16 = 2
  private static let (sequence, port): (UInt32, UInt32) = (7, 4711)

  /// struct nlmsghdr and a payload.
  private func message(
    _ type: UInt16, flags: UInt16 = Self.multipart, sequence: UInt32 = Self.sequence, port: UInt32 = Self.port,
    _ payload: [UInt8] = []
  ) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
    return bytes(UInt32(16 + payload.count)) + bytes(type) + bytes(flags) + bytes(sequence) + bytes(port) + payload
      + Array(repeating: 0, count: (4 - payload.count % 4) % 4)
  }

  private func code(_ errno: Int32) -> [UInt8] { withUnsafeBytes(of: -errno) { Array($0) } }

  private func question(isDump: Bool = true) -> NetlinkQuestion {
    NetlinkQuestion(operation: "list", sequence: Self.sequence, port: Self.port, isDump: isDump)
  }

  private func datagram(_ messages: [UInt8]...) -> NetlinkDatagram {
    NetlinkDatagram(bytes: messages.flatMap { $0 }[...])
  }

  @Test("a list is complete once its end has arrived, in any number of datagrams")
  func whole() throws {
    var list = question()
    #expect(try list.take(datagram(message(Self.entry, [1]), message(Self.entry, [2]))) == .unfinished)
    #expect(try list.take(datagram(message(Self.entry, [3]))) == .unfinished)
    #expect(try list.take(datagram(message(Self.done, code(0)))) == .finished)
    #expect(list.answers.map { Array($0.payload) } == [[1], [2], [3]])
  }

  @Test("a list that changed while it was read is recognized, whichever of its messages says so", arguments: 0...2)
  func interrupted(marked: Int) throws {
    let flags = (0...2).map { Self.multipart | ($0 == marked ? 0x10 : 0) }
    var list = question()
    #expect(
      try list.take(datagram(message(Self.entry, flags: flags[0]), message(Self.entry, flags: flags[1])))
        == .unfinished)
    #expect(try list.take(datagram(message(Self.done, flags: flags[2], code(0)))) == .interrupted)
  }

  @Test("a list that ends with an errno is an error with the kernel's message, not a short list")
  func failedList() throws {
    var list = question()
    #expect(try list.take(datagram(message(Self.entry, [1]))) == .unfinished)
    // NLMSGERR_ATTR_MSG, after the errno.
    let words = NetlinkMessage.attribute(1, Array("out of it\0".utf8))
    let failure = #expect(throws: NetlinkError.self) {
      try list.take(datagram(message(Self.done, code(ENOMEM) + words)))
    }
    #expect(failure == NetlinkError("list", Errno(code: ENOMEM), kernelMessage: "out of it"))
  }

  @Test("a datagram that is cut off anywhere is an error")
  func truncated() throws {
    let (first, second) = (message(Self.entry, [1, 2, 3, 4]), message(Self.done, code(0)))
    let whole = first + second
    for length in 1..<whole.count where length != first.count {
      var list = question()
      let failure = #expect(throws: NetlinkError.self, "\(length) bytes") {
        try list.take(NetlinkDatagram(bytes: whole[..<length]))
      }
      #expect(failure?.errno.name == "EMSGSIZE")
    }
    // Cut off between two messages: only the kernel's flag shows it.
    var list = question()
    let failure = #expect(throws: NetlinkError.self) {
      try list.take(NetlinkDatagram(bytes: first[...], isTruncated: true))
    }
    #expect(failure?.errno.name == "EMSGSIZE")
  }

  @Test("answers to another request, or another socket, are skipped")
  func foreign() throws {
    var list = question()
    let others = [
      message(Self.entry, sequence: 6, [9]), message(Self.entry, port: 1, [9]),
      message(Self.done, sequence: 6, code(EPERM)), message(Self.error, port: 1, code(EPERM)),
      message(Self.done, sequence: 8, code(0)),
    ]
    for other in others { #expect(try list.take(datagram(other)) == .unfinished) }
    #expect(try list.take(datagram(message(Self.entry, [1]), message(Self.done, code(0)))) == .finished)
    #expect(list.answers.map { Array($0.payload) } == [[1]])

    var orders = NetlinkOrders(
      [.init(operation: "do", sequence: Self.sequence, isFrame: false)], acknowledged: Self.sequence, port: Self.port)
    for other in [message(Self.error, sequence: 6, code(EPERM)), message(Self.error, port: 1, code(EPERM))] {
      #expect(try !orders.take(datagram(other)))
    }
    #expect(try orders.take(datagram(message(Self.error, code(0)))))
  }

  @Test("a request has one answer, or a refusal")
  func single() throws {
    var asked = question(isDump: false)
    #expect(try asked.take(datagram(message(Self.entry, flags: 0, [5]))) == .finished)
    #expect(asked.answers.map { Array($0.payload) } == [[5]])
    var refused = question(isDump: false)
    let failure = #expect(throws: NetlinkError.self) {
      try refused.take(datagram(message(Self.error, flags: 0, code(ENODEV))))
    }
    #expect(failure?.errno.name == "ENODEV")
  }

  // MARK: - Requests that change something

  private func orders(tolerating: Set<Errno> = [], frames: Bool = false) -> NetlinkOrders {
    NetlinkOrders(
      (1...3).map { .init(operation: "step \($0)", sequence: $0, isFrame: frames && $0 != 2) },
      acknowledged: frames ? 2 : 3, port: Self.port, tolerating: tolerating)
  }

  private func refusal(_ sequence: UInt32, _ errno: Int32) -> [UInt8] {
    message(Self.error, sequence: sequence, code(errno))
  }

  @Test("of several refusals the first is reported, once the last request is finished")
  func firstRefusal() throws {
    var sent = orders()
    #expect(try !sent.take(datagram(refusal(1, EBUSY), refusal(2, EPERM))))
    let failure = #expect(throws: NetlinkError.self) { try sent.take(datagram(refusal(3, 0))) }
    #expect(failure?.operation == "step 1" && failure?.errno.name == "EBUSY")
  }

  @Test("a tolerated refusal hides no other")
  func tolerated() throws {
    var sent = orders(tolerating: [.notFound])
    #expect(try !sent.take(datagram(refusal(1, ENOENT))))
    #expect(try !sent.take(datagram(refusal(2, EPERM))))
    let failure = #expect(throws: NetlinkError.self) { try sent.take(datagram(refusal(3, ENOENT))) }
    #expect(failure?.operation == "step 2" && failure?.errno == .notPermitted)

    var gone = orders(tolerating: [.notFound])
    #expect(try gone.take(datagram(refusal(1, ENOENT), refusal(2, ENOENT), refusal(3, ENOENT))))
  }

  @Test("if the begin of a batch is refused, the socket waits for nothing else")
  func frame() throws {
    var sent = orders(frames: true)
    let failure = #expect(throws: NetlinkError.self) { try sent.take(datagram(refusal(1, EPERM))) }
    #expect(failure?.operation == "step 1")
  }
}

/// A socket that does not get the kernel's answers.
@Suite("Lost netlink answers", .needsNamespaces)
struct LostNetlinkAnswersTests {
  /// Makes the kernel drop everything that comes in (`true`), or stop dropping: SO_ATTACH_FILTER, SO_DETACH_FILTER.
  private func drop(_ drops: Bool, at socket: NetlinkSocket) throws {
    // struct sock_filter: `ret #0`, which is a complete filter.
    var program: [UInt64] = [0x06]
    try program.withUnsafeMutableBytes { filter in
      // struct sock_fprog: the number of instructions, and their address.
      var description = (UInt64(1), UInt64(UInt(bitPattern: filter.baseAddress)))
      let result = setsockopt(socket.descriptor, SOL_SOCKET, drops ? 26 : 27, &description, 16)
      try #require(result == 0, "\(String(cString: strerror(errno)))")
    }
  }

  private func withSocket(_ body: @escaping @Sendable (NetlinkSocket) throws -> Void) throws {
    try DedicatedThread.runBlocking {
      let namespace = try NetworkNamespace()
      try body(try NetlinkSocket(.route, patience: .milliseconds(200)))
      _ = namespace
    }
  }

  @Test("a lost acknowledgement is an error that says so, and the next request is served")
  func acknowledgement() throws {
    try withSocket { socket in
      try drop(true, at: socket)
      let failure = #expect(throws: NetlinkError.self) { try socket.setUp(true, [1]) }
      #expect(failure?.errno.name == "ETIMEDOUT")
      #expect(failure?.description.contains("set link 1 up: the kernel did not answer within 0.2 seconds") == true)
      try drop(false, at: socket)
      // The kernel carried out the request.
      #expect(try socket.link(1).isAdministrativelyUp)
      try socket.setUp(false, [1])
      #expect(try !socket.link(1).isAdministrativelyUp)
    }
  }

  @Test("a lost list is an error, not an empty list")
  func list() throws {
    try withSocket { socket in
      try drop(true, at: socket)
      let failure = #expect(throws: NetlinkError.self) { try socket.links() }
      #expect(failure?.errno.name == "ETIMEDOUT" && failure?.operation == "list links")
      try drop(false, at: socket)
      #expect(try socket.link(1).name == "lo")
    }
  }
}
