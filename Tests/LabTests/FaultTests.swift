import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

func pause(milliseconds: UInt32) {
  usleep(milliseconds * 1000)
}

@Suite("Faults", .needsNamespaces)
struct FaultTests {
  private let topology = Topology(backup: true)

  /// Every network fault that can be healed, on a path that has them all.
  private func faults(in lab: Lab) throws -> [any RunningFault] {
    let cables = CableName.allCases.map { CablePull(lab: lab, cable: $0) as any RunningFault }
    let blackholes = [Direction.both, .toServer, .toClient].map {
      Blackhole(lab: lab, cable: .server, direction: $0) as any RunningFault
    }
    let drops = Direction.allCases.map { FirewallDrop(lab: lab, direction: $0) as any RunningFault }
    let rejections = try Rejection.allCases.filter { lab.topology.family == .ipv4 || $0.existsInIPv6 }
      .map { try FirewallReject(lab: lab, rejection: $0) as any RunningFault }
    return cables + blackholes + drops + rejections + [
      InterfaceDown(lab: lab, host: .client), InterfaceDown(lab: lab, host: .server),
      Impair(lab: lab, cable: .client, direction: .toClient, impairment: Impairment(rate: 2_000_000)),
      AddressChange(lab: lab), RouterRestart(lab: lab),
      try NATTimeout(lab: lab, after: .seconds(60)),
    ]
  }

  @Test("each fault is confirmed while it lasts, and not after its heal", arguments: AddressFamily.allCases)
  func proofs(family: AddressFamily) async throws {
    let lab = try await Lab.build(Topology(path: .nat, family: family, backup: true))
    for fault in try faults(in: lab) {
      try await fault.prepare()
      #expect(try await fault.prove(patience: .zero).verdict == .mismatch, "\(fault) before its injection")
      // Each fault is injected twice: a healed fault may return.
      for _ in 0..<2 {
        let moment = try await fault.inject()
        #expect(moment.before < moment.after)
        pause(milliseconds: 20)
        let proof = try await fault.prove(patience: .zero)
        #expect(proof.verdict == .confirmed, "\(fault): \(proof.evidence)")
        _ = try await fault.heal()
        pause(milliseconds: 20)
        #expect(try await fault.prove(patience: .zero).verdict == .mismatch, "\(fault) after its heal")
      }
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

  @Test("a blackhole swallows one direction and passes the other", arguments: [Direction.toServer, .toClient])
  func blackhole(direction: Direction) async throws {
    let lab = try await Lab.build(topology)
    let fault = Blackhole(lab: lab, cable: .server, direction: direction)
    // The neighbours are resolved before; otherwise ARP would fail.
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
    #expect(try after !== before && after.identity != before.identity)
    #expect(try Set(after.netlink.links().map(\.index)).intersection(devices) == [1])
  }

  @Test("the effect of a process fault depends on the observer, and on the threads of the process")
  func processEffects() {
    func course(_ fault: Fault, _ observer: Observer, _ responder: Pinging.Responder = .eventLoop) -> EffectCourse {
      fault.course(for: ConnectionUnderTest(topology: topology, observer: observer, responder: responder))
    }
    #expect(
      course(.processKill(host: .server), .client)
        == EffectCourse(.connectionLost(.atOnce), after: .connectionLost(.whenSpokenTo)))
    #expect(course(.processKill(host: .client), .server).during == .connectionLost(.atOnce))
    #expect(course(.processStop(host: .server), .client) == EffectCourse(.serviceUnresponsive(.process)))
    #expect(course(.processStop(host: .client), .client) == EffectCourse(.none))
    for mode in [SaturationMode.busyLoop, .stall] {
      #expect(course(.cpuSaturation(mode: mode), .client, .ioThread).during == .serviceUnresponsive(.process))
    }
    #expect(course(.cpuSaturation(mode: .worker), .client, .ioThread).during == .serviceUnresponsive(.worker))
    #expect(course(.cpuSaturation(mode: .worker), .client, .eventLoop).during == .serviceUnresponsive(.process))
    #expect(course(.cpuSaturation(mode: .starved), .client) == EffectCourse(.slow))
    #expect(course(.slowReader, .client) == EffectCourse(.notReading))
    #expect(course(.slowReader, .server) == EffectCourse(.none))
    #expect(course(.listenOverflow(host: .server), .client) == EffectCourse(.none))
  }

  @Test("the watched connection's responder is the one that its detector's heartbeats ask for")
  func responder() {
    let heartbeat = HeartbeatSettings(
      interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(responder: .ioThread))
    let scenario = Scenario(
      name: "s", detectors: [], timeline: Timeline(entries: []), measured: .cablePull, observe: .seconds(1))
    func responder(_ settings: DetectorSettings) -> Pinging.Responder {
      scenario.connection(of: Detector(name: "d", settings: settings)).responder
    }
    #expect(responder(.heartbeat(heartbeat)) == .ioThread)
    #expect(responder(.none) == .eventLoop)
  }

  @Test("a timeline's effects are the completed injections, and the plan for the rest")
  func timeline() {
    let scenario = Scenario(
      name: "s", detectors: [],
      timeline: Timeline(entries: [
        TimelineEntry(
          at: .seconds(3),
          action: .inject(
            .routerRestart(downtime: .seconds(1)), repetition: Repetition(every: .seconds(4), times: 2)))
      ]), measured: .routerRestart, observe: .seconds(12))
    let broken = FaultEffect.pathBroken(
      Silence(hostUnreachable: true, local: .carrierLost, newConnections: .unresolved))
    #expect(
      scenario.effects(on: ConnectionUnderTest(topology: scenario.topology)) == [
        EffectSpan(effect: broken, start: .zero, end: .seconds(1)),
        EffectSpan(effect: broken, start: .seconds(4), end: .seconds(5)),
      ])
    #expect(
      scenario.effects(
        on: ConnectionUnderTest(topology: scenario.topology),
        carriedOut: [CarriedOut(start: .zero, end: .milliseconds(1010))]) == [
          EffectSpan(effect: broken, start: .zero, end: .milliseconds(1010)),
          EffectSpan(effect: broken, start: .seconds(4), end: .seconds(5)),
        ])
  }
}
