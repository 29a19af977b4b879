import LinuxNetwork
import LinuxSystem
import TestSupport
import Testing

@Suite("Netlink", .needsNamespaces)
struct NetlinkTests {
  private func fresh() throws -> NetworkNamespace {
    try DedicatedThread.runBlocking { try NetworkNamespace() }
  }

  private func pair(in namespace: NetworkNamespace) throws {
    try namespace.netlink.addVeth(
      main: VethEnd(name: "left", index: 11, namespace: namespace),
      peer: VethEnd(name: "right", index: 12, namespace: namespace))
  }

  @Test("a veth pair is created directly in two namespaces, with the requested names and indexes")
  func veth() throws {
    let (here, there) = (try fresh(), try fresh())
    try here.netlink.addVeth(
      main: VethEnd(name: "left", index: 11, namespace: here, macAddress: [2, 0, 0, 0, 0, 1]),
      peer: VethEnd(name: "right", index: 22, namespace: there))
    #expect(try here.netlink.link(11).name == "left")
    #expect(try there.netlink.link(22).name == "right")
    #expect(try here.netlink.link(11).isAdministrativelyUp)
    #expect(try !here.netlink.link(11).hasCarrier)
  }

  @Test("an error names the operation, the object and the kernel's reason")
  func errors() throws {
    let namespace = try fresh()
    try pair(in: namespace)
    let duplicate = #expect(throws: NetlinkError.self) { try pair(in: namespace) }
    #expect(duplicate?.operation.contains("left (index 11)") == true)
    #expect(duplicate?.errno.name == "EEXIST" || duplicate?.errno.name == "EBUSY")
    let gateway = #expect(throws: NetlinkError.self) {
      try namespace.netlink.addDefaultRoute(via: IPAddress(bytes: [10, 9, 8, 7]), link: 11)
    }
    #expect(gateway?.operation == "add the default route via 10.9.8.7")
    #expect(gateway?.description.contains("Nexthop has invalid gateway") == true)
    let missing = #expect(throws: NetlinkError.self) { try namespace.netlink.link(99) }
    #expect(missing?.errno.name == "ENODEV")
  }

  @Test("a link's end loses carrier when the other end goes down, and the loss is announced and counted")
  func carrier() throws {
    let (here, there) = (try fresh(), try fresh())
    try here.netlink.addVeth(
      main: VethEnd(name: "left", index: 11, namespace: here),
      peer: VethEnd(name: "right", index: 22, namespace: there))
    try there.netlink.setUp(true, [22])
    let monitor = try LinkMonitor(in: here)
    let before = try here.netlink.link(11).carrierDownCount
    try there.netlink.setUp(false, [22])
    #expect(try monitor.wait(milliseconds: 2000) { $0.index == 11 && !$0.hasCarrier })
    let state = try here.netlink.link(11)
    #expect(state.isAdministrativelyUp && !state.hasCarrier && state.carrierDownCount == before + 1)
  }

  @Test("a blackhole is added, listed at the root, and removed")
  func blackhole() throws {
    let namespace = try fresh()
    try pair(in: namespace)
    try namespace.netlink.change([11, 12].map { LinkChange(index: $0, root: .blackhole) })
    #expect(
      try namespace.netlink.qdiscs().filter { $0.kind == "blackhole" && $0.isRoot }.map(\.index).sorted() == [11, 12])
    try namespace.netlink.change([11, 12].map { LinkChange(index: $0, root: .standard, formerRoot: .blackhole) })
    #expect(try !namespace.netlink.qdiscs().contains { $0.kind == "blackhole" })
  }

  @Test("two links can be joined, and then one of them with a third")
  func redirection() throws {
    let namespace = try fresh()
    try pair(in: namespace)
    try namespace.netlink.addVeth(
      main: VethEnd(name: "third", index: 13, namespace: namespace),
      peer: VethEnd(name: "fourth", index: 14, namespace: namespace))
    try namespace.netlink.join(11, 12, fresh: [11, 12])
    // Its hook is there already.
    #expect(throws: NetlinkError.self) { try namespace.netlink.join(11, 13, fresh: [11, 13]) }
    try namespace.netlink.join(11, 13, fresh: [])
  }

  @Test("routes and addresses are reported where they were added")
  func routes() throws {
    let namespace = try fresh()
    try pair(in: namespace)
    // No IPv6 addresses, which bring routes of their own.
    for link: Int32 in [11, 12] { try namespace.netlink.configure(link: link, forwarding: false) }
    try namespace.netlink.setUp(true, [12])
    try namespace.netlink.addAddress(IPAddress(bytes: [10, 0, 1, 1]), prefix: 24, toLink: 11)
    try namespace.netlink.addDefaultRoute(via: IPAddress(bytes: [10, 0, 1, 254]), link: 11)
    #expect(try namespace.netlink.routeCount(throughLink: 11) == 2)
    #expect(try namespace.netlink.routeCount(throughLink: 12) == 0)
  }

  @Test("a namespace is gone with its owner")
  func release() throws {
    weak var released: NetworkNamespace?
    let path: String
    let identity: UInt64
    do {
      let namespace = try fresh()
      try pair(in: namespace)
      released = namespace
      path = namespace.path
      identity = try namespace.identity
    }
    #expect(released == nil)
    // Another test's file may have got its descriptor's number, but not the same namespace.
    if let file = try? OwnedDescriptor.open(path) { #expect(try Namespaces.identity(of: file) != identity) }
  }

  @Test("missing kernel features are found by trying, with the kernel's reason")
  func features() {
    let report = FeatureReport.probe()
    #expect(report.has(.networkNamespaces) && report.has(.veth))
    for (feature, reason) in report.missing {
      #expect(!reason.isEmpty && !feature.remedy.isEmpty && !feature.disables.isEmpty)
    }
  }
}
