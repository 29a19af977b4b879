import Endpoint
import EndpointProtocol
import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport

/// Two hosts and a cable between them, in network namespaces of their own:
///
///     client (left, 10.9.0.1, fd09::1) ==== server (right, 10.9.0.2, fd09::2)
struct TestNetwork: Sendable {
  let client: NetworkNamespace
  let server: NetworkNamespace
  static let left: Int32 = 11
  static let right: Int32 = 22
  static let host = (ipv4: "10.9.0.2", ipv6: "fd09::2")

  init(clientSysctls: [Sysctl] = []) throws {
    // Addresses are usable at once, without duplicate address detection.
    let immediately = Sysctl("net/ipv6/conf/default/accept_dad", "0")
    client = try DedicatedThread.runBlocking { try NetworkNamespace(sysctls: [immediately] + clientSysctls) }
    server = try DedicatedThread.runBlocking { try NetworkNamespace(sysctls: [immediately]) }
    try client.netlink.addVeth(
      main: VethEnd(name: "left", index: Self.left, namespace: client),
      peer: VethEnd(name: "right", index: Self.right, namespace: server))
    try server.netlink.setUp(true, [Self.right])
    for (namespace, link, last) in [(client, Self.left, UInt8(1)), (server, Self.right, 2)] {
      try namespace.netlink.addAddress(IPAddress(bytes: [10, 9, 0, last]), prefix: 24, toLink: link)
      try namespace.netlink.addAddress(Self.ipv6(last), prefix: 64, toLink: link)
    }
    for _ in 0..<500 {
      if try client.netlink.link(Self.left).isOperational, try server.netlink.link(Self.right).isOperational,
        Self.has("fd09::1", in: client), Self.has("fd09::2", in: server)
      {
        return
      }
      usleep(10_000)
    }
    throw TestFailure("the cable did not come up")
  }

  /// Whether an address of the namespace can be used: an IPv6 address is not usable at once, even without duplicate
  /// address detection.
  private static func has(_ host: String, in namespace: NetworkNamespace) -> Bool {
    let listened: Void? = try? namespace.runBlocking {
      guard let address = SocketAddress(host: host, port: 0) else { throw TestFailure(host) }
      _ = try Sockets.listen(on: address)
    }
    return listened != nil
  }

  static func ipv6(_ last: UInt8) -> IPAddress {
    IPAddress(bytes: [0xfd, 0x09] + Array(repeating: 0, count: 13) + [last])
  }

  /// The far end goes down: the client's interface loses its carrier, and keeps its addresses and routes.
  func pull() throws { try server.netlink.setUp(false, [Self.right]) }
  func plug() throws { try server.netlink.setUp(true, [Self.right]) }

  /// The client's own interface goes down, and its routes with it.
  func setInterface(up: Bool) throws { try client.netlink.setUp(up, [Self.left]) }
}

extension TestBench {
  /// A server in the network's server host.
  func server(in network: TestNetwork, host: String = TestNetwork.host.ipv4) throws -> (TestEndpoint, EndpointAddress) {
    let server = try start(.server, in: network.server)
    return (server, try server.listen(host: host))
  }
}
