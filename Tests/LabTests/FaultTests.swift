import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Testing

func pause(milliseconds: UInt32) {
  usleep(milliseconds * 1000)
}

@Suite("Faults", .enabled(if: CurrentProcess.effectiveUser == 0, "creating network namespaces needs root"))
struct FaultTests {
  private let topology = Topology(backup: true)

  /// Every network fault of one lab.
  private func faults(in lab: Lab) -> [any RunningFault] {
    let cables = CableName.allCases.map { CablePull(lab: lab, cable: $0) as any RunningFault }
    let blackholes = [BlackholeDirection.both, .toServer, .toClient].map {
      Blackhole(lab: lab, cable: .server, direction: $0) as any RunningFault
    }
    return cables + blackholes + [RouterRestart(lab: lab)]
  }

  @Test("each fault is confirmed while it lasts, and no longer after its heal")
  func proofs() async throws {
    let lab = try await Lab.build(topology)
    for fault in faults(in: lab) {
      let moment = try await fault.inject()
      #expect(moment.before < moment.after)
      pause(milliseconds: 20)
      let proof = try await fault.prove(patience: .zero)
      #expect(proof.verdict == .confirmed, "\(fault): \(proof.evidence)")
      _ = try await fault.heal()
      pause(milliseconds: 20)
      #expect(try await fault.prove(patience: .zero).verdict == .mismatch, "\(fault) after its heal")
      #expect(try await lab.reaches(.server), "\(fault) healed")
    }
  }

  @Test("a pulled cable costs both ends their carrier, and nothing else")
  func cablePull() async throws {
    let lab = try await Lab.build(topology)
    let fault = CablePull(lab: lab, cable: .server)
    _ = try await fault.inject()
    for end in try lab.cable(.server).ends {
      let monitor = try lab.host(end.host).netlink
      let deadline = Instant.now + .seconds(2)
      while try monitor.link(end.interface.index).hasCarrier, Instant.now < deadline { pause(milliseconds: 1) }
      #expect(try !monitor.link(end.interface.index).hasCarrier)
      #expect(try monitor.link(end.interface.index).isAdministrativelyUp)
      #expect(try monitor.routeCount(throughLink: end.interface.index) > 0)
    }
    #expect(try lab.host(.client).netlink.link(lab.cable(.client).near.interface.index).hasCarrier)
    #expect(try await !lab.reaches(.server))
    #expect(try await lab.reaches(.backup))
  }

  @Test("a blackhole swallows one direction and passes the other", arguments: [BlackholeDirection.toServer, .toClient])
  func blackhole(direction: BlackholeDirection) async throws {
    let lab = try await Lab.build(topology)
    let fault = Blackhole(lab: lab, cable: .server, direction: direction)
    // Neighbours are known before, or ARP would be what fails.
    #expect(try await lab.reaches(.server))
    _ = try await fault.inject()
    let server = try lab.host(.server).netlink
    let interface = try lab.cable(.server).far.interface.index
    let before = try server.link(interface).receivedPackets
    #expect(try await !lab.reaches(.server))
    let arrived = try server.link(interface).receivedPackets - before
    #expect(direction == .toServer ? arrived == 0 : arrived > 0)
    #expect(try lab.wiring.netlink.qdiscs().contains { $0.kind == "blackhole" && $0.drops > 0 })
    #expect(try await fault.prove(patience: .zero).verdict == .confirmed)
  }

  @Test("a restarted router is a new namespace with new devices, and forwards again")
  func routerRestart() async throws {
    let lab = try await Lab.build(topology)
    let before = try lab.host(.router)
    let devices = try before.netlink.links().map(\.index)
    let fault = RouterRestart(lab: lab)
    for _ in 0..<3 {
      _ = try await fault.inject()
      #expect(!lab.hasRouter)
      #expect(try await fault.prove(patience: .zero).verdict == .confirmed)
      _ = try await fault.heal()
      #expect(try await lab.reaches(.server))
    }
    let after = try lab.host(.router)
    #expect(after !== before && after.identity != before.identity)
    #expect(try Set(after.netlink.links().map(\.index)).intersection(devices) == [1])
  }

  @Test("mechanisms are told what a fault does, whatever the fault")
  func effects() {
    let direct = Topology(path: .direct)
    #expect(Fault.cablePull(cable: .server).effect(in: topology) == .pathBroken(hostUnreachable: true))
    #expect(Fault.cablePull(cable: .backup).effect(in: topology) == .none)
    #expect(
      Fault.blackhole(cable: .server, direction: .toClient).effect(in: direct) == .pathBroken(hostUnreachable: false))
    #expect(Fault.routerRestart(downtime: .seconds(1)).effect(in: topology) == .pathBroken(hostUnreachable: true))
    #expect(Fault.cpuSaturation(mode: .busyLoop).effect(in: topology) == .serviceUnresponsive)
  }

  @Test("a timeline's effects are what was carried out, and the plan for the rest")
  func timeline() {
    let scenario = Scenario(
      name: "s", detectors: [],
      timeline: Timeline(entries: [
        TimelineEntry(
          at: .seconds(3),
          action: .inject(
            .routerRestart(downtime: .seconds(1)), repetition: Repetition(every: .seconds(4), times: 2)))
      ]), measured: .routerRestart, observe: .seconds(12))
    let broken = FaultEffect.pathBroken(hostUnreachable: true)
    #expect(
      scenario.effects() == [
        EffectSpan(effect: broken, start: .zero, end: .seconds(1)),
        EffectSpan(effect: broken, start: .seconds(4), end: .seconds(5)),
      ])
    #expect(
      scenario.effects(carriedOut: [CarriedOut(start: .zero, end: .milliseconds(1010))]) == [
        EffectSpan(effect: broken, start: .zero, end: .milliseconds(1010)),
        EffectSpan(effect: broken, start: .seconds(4), end: .seconds(5)),
      ])
  }
}
