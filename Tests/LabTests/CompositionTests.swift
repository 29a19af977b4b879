import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

/// Several faults at once on one cable.
@Suite("Faults together", .needsNamespaces)
struct CompositionTests {
  private let standing = Impairment(rate: 8_000_000)

  private func build() async throws -> Lab {
    try #require(Machine.has(.tokenBucket), "this kernel has no sch_tbf")
    return try await Lab.build(Topology(impairments: [.server: standing]))
  }

  /// The kinds at the root of the server cable's ports, near and far, and whether they are up.
  private func ports(of lab: Lab) throws -> [String] {
    let qdiscs = try lab.wiring.netlink.qdiscs().filter(\.isRoot)
    return try lab.cable(.server).ends.filter { lab.hasPower($0.host) }.map { end in
      let kind = qdiscs.first { $0.index == end.port.index }?.kind ?? "none"
      return try lab.wiring.netlink.link(end.port.index).isAdministrativelyUp ? kind : "down"
    }
  }

  @Test("overlapping faults heal in any order, and leave the cable as it was")
  func overlapping() async throws {
    let lab = try await build()
    #expect(try ports(of: lab) == ["tbf", "tbf"])
    let faults: [any RunningFault] = [
      CablePull(lab: lab, cable: .server), Blackhole(lab: lab, cable: .server, direction: .both),
      Impair(lab: lab, cable: .server, direction: .both, impairment: Impairment(rate: 4_000_000)),
    ]
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      for number in order { _ = try await faults[number].inject() }
      #expect(try ports(of: lab) == ["down", "down"])
      #expect(try await faults[0].prove(patience: .zero).verdict == .confirmed)
      #expect(try await faults[1].prove(patience: .zero).verdict == .confirmed)
      var left = Set(order)
      for number in order {
        _ = try await faults[number].heal()
        left.remove(number)
        let expected = left.contains(0) ? "down" : left.contains(1) ? "blackhole" : "tbf"
        #expect(try ports(of: lab) == [expected, expected])
      }
      #expect(try await lab.reaches(.server))
    }
  }

  @Test("blackholes of the two directions of a cable are separate, and may overlap")
  func directions() async throws {
    let lab = try await build()
    let (one, both) = (
      Blackhole(lab: lab, cable: .server, direction: .toServer), Blackhole(lab: lab, cable: .server, direction: .both)
    )
    _ = try await one.inject()
    #expect(try ports(of: lab) == ["tbf", "blackhole"])
    _ = try await both.inject()
    #expect(try ports(of: lab) == ["blackhole", "blackhole"])
    _ = try await one.heal()
    #expect(try ports(of: lab) == ["blackhole", "blackhole"])
    _ = try await both.heal()
    #expect(try ports(of: lab) == ["tbf", "tbf"])
  }

  @Test("an impairment can change while it lasts, and its heal restores the standing one")
  func impairments() async throws {
    let lab = try await build()
    let slow = Impair(lab: lab, cable: .server, direction: .both, impairment: Impairment(rate: 4_000_000))
    let slower = Impair(lab: lab, cable: .server, direction: .both, impairment: Impairment(rate: 2_000_000))
    let none = Impair(lab: lab, cable: .server, direction: .both, impairment: standing)
    _ = try await slow.inject()
    #expect(try await slow.prove(patience: .zero).verdict == .confirmed)
    _ = try await slower.inject()
    #expect(try await slower.prove(patience: .zero).verdict == .confirmed)
    #expect(try await slow.prove(patience: .zero).verdict == .mismatch)
    _ = try await slower.heal()
    #expect(try await slower.prove(patience: .zero).verdict == .mismatch)
    _ = try await none.inject()
    #expect(try await none.prove(patience: .zero).verdict == .confirmed)
    #expect(try await lab.reaches(.server))
  }

  @Test("a router or host that returns finds its cables in the state of the other faults")
  func restart() async throws {
    let lab = try await build()
    let (pull, hole) = (
      CablePull(lab: lab, cable: .client), Blackhole(lab: lab, cable: .server, direction: .both)
    )
    let outage = RouterRestart(lab: lab)
    _ = try await pull.inject()
    _ = try await hole.inject()
    _ = try await outage.inject()
    #expect(try await outage.prove(patience: .zero).verdict == .confirmed)
    _ = try await outage.heal()
    #expect(try ports(of: lab) == ["blackhole", "blackhole"])
    let client = try lab.cable(.client).near
    #expect(try !lab.host(.client).netlink.link(client.interface.index).hasCarrier)
    _ = try await hole.heal()
    #expect(try ports(of: lab) == ["tbf", "tbf"])
    _ = try await pull.heal()
    #expect(try await lab.reaches(.server))
  }

  @Test("a cable that was pulled during an outage may be plugged in before its end")
  func pulledDuringOutage() async throws {
    let lab = try await build()
    let (pull, outage) = (CablePull(lab: lab, cable: .server), RouterRestart(lab: lab))
    _ = try await outage.inject()
    _ = try await pull.inject()
    _ = try await pull.heal()
    #expect(try ports(of: lab) == ["down"])
    let hole = Blackhole(lab: lab, cable: .server, direction: .both)
    _ = try await hole.inject()
    #expect(try await hole.prove(patience: .zero).verdict == .confirmed)
    _ = try await outage.heal()
    #expect(try ports(of: lab) == ["blackhole", "blackhole"])
    _ = try await hole.heal()
    #expect(try await lab.reaches(.server))
  }

  @Test("a pulled cable and an interface that is down are proven beside each other", arguments: [false, true])
  func pulledAndDown(pullFirst: Bool) async throws {
    let lab = try await build()
    let (pull, down) = (CablePull(lab: lab, cable: .server), InterfaceDown(lab: lab, host: .server))
    let faults: [any RunningFault] = pullFirst ? [pull, down] : [down, pull]
    for fault in faults { _ = try await fault.inject() }
    for fault in faults {
      let proof = try await fault.prove(patience: .zero)
      #expect(proof.verdict == .confirmed, "\(fault): \(proof.evidence)")
    }
    _ = try await faults[0].heal()
    #expect(try await faults[0].prove(patience: .zero).verdict == .mismatch)
    let proof = try await faults[1].prove(patience: .zero)
    #expect(proof.verdict == .confirmed, "\(proof.evidence)")
    _ = try await faults[1].heal()
    #expect(try await lab.reaches(.server))
  }

  @Test(
    "a fault that the kernel refuses leaves the cable unchanged",
    .enabled(if: !Machine.has(.netem), "this kernel has sch_netem, which it would have to refuse"))
  func refused() async throws {
    let lab = try await build()
    let loss = Impair(lab: lab, cable: .server, direction: .both, impairment: Impairment(loss: 0.5))
    await #expect(throws: NetlinkError.self) { try await loss.inject() }
    #expect(try ports(of: lab) == ["tbf", "tbf"])
    let hole = Blackhole(lab: lab, cable: .server, direction: .both)
    _ = try await hole.inject()
    #expect(try ports(of: lab) == ["blackhole", "blackhole"])
  }

  @Test("the router loses its firewall when it restarts, and healing a lost firewall fault is not an error")
  func forgottenFirewall() async throws {
    let lab = try await Lab.build(Topology(path: .nat))
    let (drop, outage) = (FirewallDrop(lab: lab, direction: .both), RouterRestart(lab: lab))
    _ = try await drop.inject()
    _ = try await outage.inject()
    #expect(try await drop.prove(patience: .zero).verdict == .mismatch)
    _ = try await outage.heal()
    #expect(try await lab.reaches(.server))
    _ = try await drop.heal()
    _ = try await drop.inject()
    #expect(try await drop.prove(patience: .zero).verdict == .confirmed)
    // It masquerades again.
    _ = try await drop.heal()
    #expect(try TestConnection(in: lab).peer == "\(lab.addresses.address(on: .server, .near))")
  }
}
