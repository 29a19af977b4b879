import Glibc
import LinuxNetwork
import LinuxSystem
import TestSupport
import Testing

@Suite("Firewall", .needsNamespaces)
struct FirewallTests {
  private func fresh() throws -> NetworkNamespace {
    try DedicatedThread.runBlocking { try NetworkNamespace() }
  }

  @Test("a dormant table is put in force and out of it by one message, and its counters count")
  func dormancy() throws {
    let namespace = try fresh()
    try namespace.netlink.setUp(true, [1])
    try namespace.changeFirewall(
      """
      add table ip t { flags dormant; }
      add counter ip t refused
      add chain ip t output { type filter hook output priority filter; }
      add rule ip t output counter name "refused" drop
      """)
    let netfilter = try namespace.openNetlink(.netfilter)
    func connect() throws -> String? {
      try namespace.runBlocking {
        let socket = try Sockets.tcp(family: AF_INET)
        guard let address = SocketAddress(host: "127.0.0.1", port: 7) else { return nil }
        do throws(SystemError) { try socket.startConnecting(to: address) } catch { return error.errno.name }
        usleep(20_000)
        return try socket.takeError()?.name
      }
    }
    #expect(try netfilter.firewallTable("t", family: AF_INET)?.isDormant == true)
    #expect(try connect() == "ECONNREFUSED")
    #expect(try netfilter.firewallTable("t", family: AF_INET)?.counters == ["refused": 0])
    try netfilter.setFirewallTable("t", family: AF_INET, dormant: false)
    #expect(try connect() == nil)
    let table = try #require(try netfilter.firewallTable("t", family: AF_INET))
    #expect(!table.isDormant && table.counters["refused", default: 0] > 0)
    try netfilter.setFirewallTable("t", family: AF_INET, dormant: true)
    #expect(try connect() == "ECONNREFUSED")
    #expect(try netfilter.firewallTable("other", family: AF_INET) == nil)
  }

  @Test("a refused command or table is an error in nft's or the kernel's words")
  func errors() throws {
    let namespace = try fresh()
    let nft = #expect(throws: FirewallError.self) { try namespace.changeFirewall("add nonsense") }
    #expect(nft?.message.contains("syntax error") == true)
    let netfilter = try namespace.openNetlink(.netfilter)
    // A missing table is created, so only a bad name is refused.
    let kernel = #expect(throws: NetlinkError.self) {
      try netfilter.setFirewallTable(String(repeating: "x", count: 300), family: AF_INET, dormant: false)
    }
    #expect(kernel?.description.isEmpty == false)
  }

  @Test("the firewall works where more descriptors are open than select(2) can tell apart")
  func manyDescriptors() throws {
    _ = try CurrentProcess.raiseDescriptorLimit()
    let namespace = try fresh()
    let open = try (0..<1100).map { _ in SharedSocket(try OwnedDescriptor.open("/dev/null")) }
    #expect(open.contains { $0.descriptor.raw >= 1024 })
    try namespace.changeFirewall("add table ip t")
    #expect(try namespace.openNetlink(.netfilter).firewallTable("t", family: AF_INET) != nil)
    // No other thread's descriptor was closed.
    for file in open { #expect(try file.descriptor.read(upTo: 1).isEmpty) }
  }

  @Test("tracked connections are listed, given another expiry, and forgotten one by one or all at once")
  func tracking() throws {
    let namespace = try fresh()
    try namespace.netlink.setUp(true, [1])
    // Tracking begins with the first rule that needs it.
    try namespace.changeFirewall(
      "add table ip t; add chain ip t c { type filter hook output priority 0; }; add rule ip t c ct state new accept")
    let listener = try namespace.runBlocking {
      guard let any = SocketAddress(host: "127.0.0.1", port: 7000) else { throw SystemError("", .invalid) }
      return SharedSocket(try Sockets.listen(on: any))
    }
    let clients = try namespace.runBlocking {
      guard let address = SocketAddress(host: "127.0.0.1", port: 7000) else { throw SystemError("", .invalid) }
      return try (0..<3).map { _ in
        let socket = try Sockets.tcp(family: AF_INET)
        try socket.startConnecting(to: address)
        return SharedSocket(socket)
      }
    }
    let netfilter = try namespace.openNetlink(.netfilter)
    let tracked = try netfilter.trackedConnections(family: AF_INET)
    #expect(Set(tracked.map(\.original.sourcePort)) == Set(try clients.map { try $0.descriptor.localPort() }))
    #expect(tracked.allSatisfy { $0.original.destinationPort == 7000 && $0.secondsLeft > 1000 })
    #expect(tracked.allSatisfy { $0.reply.destinationPort == $0.original.sourcePort })
    try netfilter.changeTracking([(tracked[0], .expire(seconds: 100)), (tracked[1], .forget)], family: AF_INET)
    let left = try netfilter.trackedConnections(family: AF_INET)
    #expect(left.count == 2 && !left.contains { $0.original == tracked[1].original })
    #expect(left.first { $0.original == tracked[0].original }.map { 90...100 ~= $0.secondsLeft } == true)
    // The connection is gone already: this is not an error.
    try netfilter.changeTracking([(tracked[1], .forget)], family: AF_INET)
    try netfilter.flushTrackedConnections()
    #expect(try netfilter.trackedConnections(family: AF_INET).isEmpty)
    withExtendedLifetime((listener, clients)) {}
  }
}

/// A socket that several owners may hold.
private final class SharedSocket: Sendable {
  let descriptor: OwnedDescriptor

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }
}
