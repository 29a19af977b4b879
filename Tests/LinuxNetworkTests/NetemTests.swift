import Glibc
@testable import LinuxNetwork
import LinuxSystem
import TestSupport
import Testing

@Suite("netem")
struct NetemTests {
  /// A setting of everything, in each loss model.
  private static var everything: [NetemSettings] {
    var settings = NetemSettings()
    settings.delay = 20_000_000
    settings.jitter = 5_000_000
    settings.distribution = .paretoNormal
    settings.delayCorrelation = 0.25
    settings.loss = 0.01
    settings.seed = 0x0123_4567_89ab_cdef
    settings.duplicate = 0.02
    settings.reorder = 0.1
    settings.corrupt = 0.001
    settings.rate = 1_000_000
    var bursty = settings
    bursty.loss = 0
    bursty.gilbertElliott = NetemSettings.GilbertElliottLoss(
      toBad: 0.01, toGood: 0.3, lossInBad: 0.8, lossInGood: 0.001)
    var fast = settings
    fast.rate = 125_000_000_000
    var faster = settings
    faster.rate = 125_000_000_001
    return [NetemSettings(), settings, bursty, fast, faster]
  }

  @Test(
    "the kernel reports the requested setting, and a change leaves nothing of the former one",
    .needsNamespaces, .needsNetem
  )
  func readBack() throws {
    let namespace = try DedicatedThread.runBlocking { try NetworkNamespace() }
    try namespace.netlink.addVeth(
      main: VethEnd(name: "left", index: 11, namespace: namespace),
      peer: VethEnd(name: "right", index: 12, namespace: namespace))
    var former = RootDiscipline.standard
    for settings in Self.everything + Self.everything.reversed() {
      let root = RootDiscipline.netem(settings)
      try namespace.netlink.setRoot(root, replacing: former, link: 11)
      former = root
      let now = try #require(try namespace.netlink.qdiscs().first { $0.isRoot && $0.index == 11 })
      #expect(now.does(root))
      #expect(Self.everything.filter { now.does(.netem($0)) } == [settings])
    }
  }

  @Test("correlated loss is a chain with that share of bad states and that correlation")
  func correlatedLoss() {
    for (share, correlation) in [(0.05, 0.25), (0.5, 0.9), (0.01, 0)] {
      let chain = NetemSettings.GilbertElliottLoss(share: share, correlation: correlation)
      #expect(abs(chain.toBad / (chain.toBad + chain.toGood) - share) < 1e-12)
      #expect(abs(1 - chain.toBad - chain.toGood - correlation) < 1e-12)
      #expect(chain.lossInBad == 1 && chain.lossInGood == 0)
    }
  }

  @Test("an attribute that does not fit into a message is refused, not left out")
  func room() throws {
    let request = try NetlinkRequest("test", type: 16, header: UInt32(0), room: 64)
    try request.put(1, Array(repeating: 0, count: 32))
    #expect(throws: NetlinkError.self) { try request.put(2, Array(repeating: 0, count: 64)) }
    #expect(throws: NetlinkError.self) { try request.put(2, String(repeating: "x", count: 64)) }
  }

  /// struct tc_netem_qopt and the attributes of enum TCA_NETEM_* (linux/pkt_sched.h).
  @Test("a setting is spelled as the kernel reads it")
  func encoding() {
    let bytes = Self.everything[1].options[...]
    let words = (0..<6).map { bytes.load(UInt32.self, at: $0 * 4) }
    // 64 ns a tick; 2^32 - 1 is certain; a gap of one makes the reordering random.
    #expect(words == [312_500, 10_000, 42_949_673, 1, 85_899_346, 78_125])
    let attributes = NetlinkMessage.attributes(in: bytes.dropFirst(24))
    func numbers(_ type: UInt16) -> [UInt32] {
      let content = attributes[type] ?? []
      return stride(from: 0, to: content.count, by: 4).map { content.load(UInt32.self, at: $0) }
    }
    #expect(numbers(1) == [1_073_741_824, 0, 0])
    #expect(attributes[2]?.count == 2 * 4096)
    #expect(numbers(3) == [429_496_730, 0])
    #expect(numbers(4) == [4_294_967, 0])
    #expect(attributes[5] == nil)
    #expect(numbers(6) == [1_000_000, 0, 0, 0])
    #expect(attributes[10]?.load(Int64.self, at: 0) == 20_000_000)
    #expect(attributes[11]?.load(Int64.self, at: 0) == 5_000_000)
    #expect(attributes[14]?.load(UInt64.self, at: 0) == 0x0123_4567_89ab_cdef)
    #expect(NetlinkMessage.attributes(in: Self.everything[0].options[...].dropFirst(24))[14] == nil)
    let loss = NetlinkMessage.attributes(in: Self.everything[2].options[...].dropFirst(24))[5] ?? []
    let model = NetlinkMessage.attributes(in: loss)[2] ?? []
    // p, r, 1-h as what survives, 1-k.
    #expect(
      (0..<4).map { model.load(UInt32.self, at: $0 * 4) } == [42_949_673, 1_288_490_189, 858_993_459, 4_294_967])
  }

  @Test("the tables of delays have the mean and deviation that netem expects, and rise")
  func tables() {
    for (table, name) in [(DelayTable.normal, "normal"), (.pareto, "pareto"), (.paretoNormal, "paretonormal")] {
      #expect(table.values.count == 4096)
      #expect(table.values == table.values.sorted())
      let mean = table.values.map(Double.init).reduce(0, +) / 4096 / 8192
      #expect(abs(mean) < 0.05, "\(name): \(mean)")
    }
    let squares = DelayTable.normal.values.map { pow(Double($0) / 8192, 2) }.reduce(0, +) / 4096
    #expect(abs(squares - 1) < 0.01)
  }

  @Test(
    "the computed tables agree with iproute2's", .enabled(if: tableFile("normal") != nil, "iproute2 is not installed"),
    arguments: ["normal", "pareto"])
  func files(name: String) throws {
    let path = try #require(tableFile(name))
    let text = String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
    let theirs: [Int] = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .flatMap { $0.split(separator: " ") }.compactMap { Int($0) }
    let ours: [Int] = (name == "normal" ? DelayTable.normal : DelayTable.pareto).values.map { Int($0) }
    #expect(theirs.count == ours.count)
    // Except in the far tails, where a table's steps are wide.
    let far = zip(theirs, ours).enumerated().filter { number, pair in
      (64..<4032).contains(number) && abs(pair.0 - pair.1) > max(40, abs(pair.0) / 100)
    }
    #expect(far.isEmpty, "\(name): \(far.prefix(5))")
  }
}

/// Where iproute2 keeps a table; nil if it does not.
private func tableFile(_ name: String) -> String? {
  ["/usr/lib/tc", "/usr/lib64/tc", "/usr/lib/x86_64-linux-gnu/tc", "/usr/lib/aarch64-linux-gnu/tc"]
    .map { "\($0)/\(name).dist" }.first { path in access(path, R_OK) == 0 }
}
