import Lab
import Model
import Testing

/// What mechanisms learn about a fault; pure.
@Suite("Effects of network faults")
struct EffectTests {
  private func course(
    _ fault: Fault, _ path: Path = .routed, _ family: AddressFamily = .ipv4, _ observer: Observer = .client,
    quietTime: Duration? = .seconds(1), longestQuietTime: Duration? = nil,
    clientSpeaks: Bool = true
  ) -> EffectCourse {
    fault.course(
      for: ConnectionUnderTest(
        topology: Topology(path: path, family: family, backup: true), observer: observer, quietTime: quietTime,
        longestQuietTime: longestQuietTime,
        clientSpeaks: clientSpeaks))
  }

  private func broken(
    _ unreachable: Bool, _ local: LocalSign = .none, heard: Bool = false, new: NewConnections? = .unresolved
  ) -> EffectCourse {
    EffectCourse(
      .pathBroken(
        Silence(hostUnreachable: unreachable, local: local, peerIsHeard: heard, newConnections: new)))
  }

  @Test("a pulled cable affects the hosts at its ends, and breaks the path if the path uses it")
  func cablePull() {
    let (client, server) = (Fault.cablePull(cable: .client), Fault.cablePull(cable: .server))
    #expect(course(client) == broken(true, .carrierLost))
    #expect(course(client, .routed, .ipv4, .server) == broken(true))
    #expect(course(server) == broken(true))
    #expect(course(server, .routed, .ipv4, .server) == broken(true, .carrierLost))
    #expect(course(server, .direct) == broken(true, .carrierLost))
    #expect(course(.cablePull(cable: .backup)) == EffectCourse(.none))
    // ICMPv6 address unreachable undoes no backoff.
    #expect(course(server, .routed, .ipv6) == broken(false))
  }

  @Test("one host does not see a fault inside the other")
  func ownFaults() {
    #expect(course(.interfaceDown(host: .client)) == broken(false, .interfaceDown))
    #expect(course(.interfaceDown(host: .client), .routed, .ipv4, .server) == broken(false))
    #expect(course(.interfaceDown(host: .server)) == broken(false))
    #expect(course(.addressChange) == broken(false, .addressGone, new: .readdressed))
    // An IPv6 route outlives the address.
    #expect(course(.addressChange, .routed, .ipv6) == broken(false, new: .readdressed))
    #expect(course(.addressChange, .nat, .ipv4, .server) == broken(false, new: nil))
  }

  @Test("vanishing frames make the path silent, unless only some vanish")
  func frames() {
    let hole = Fault.blackhole(cable: .server, direction: .toClient)
    for path in Path.allCases { #expect(course(hole, path) == broken(false)) }
    // Only the server's frames are swallowed: it still receives the client's.
    #expect(course(hole, .routed, .ipv4, .server) == broken(false, heard: true))
    #expect(course(.blackhole(cable: .client, direction: .both), .direct) == EffectCourse(.none))
    func impaired(_ cable: CableName, _ impairment: Impairment) -> EffectCourse {
      course(.impair(cable: cable, direction: .both, impairment))
    }
    #expect(impaired(.server, Impairment(loss: 1)) == broken(false))
    #expect(impaired(.server, Impairment(loss: 0.9)) == EffectCourse(.slow))
    #expect(impaired(.server, Impairment(rate: 1000)) == EffectCourse(.slow))
    #expect(impaired(.backup, Impairment(loss: 1)) == EffectCourse(.none))
  }

  @Test(
    "without a router both hosts lose carrier; a restarted NAT forgets connections on which only the server sends"
  )
  func routers() {
    let restart = Fault.routerRestart(downtime: .seconds(1))
    for observer in Observer.allCases {
      #expect(course(restart, .routed, .ipv4, observer) == broken(true, .carrierLost))
      #expect(course(.routerCrash, .nat, .ipv6, observer) == broken(false, .carrierLost))
    }
    #expect(course(restart, .direct) == EffectCourse(.none))
    #expect(course(restart, .nat).after == .none)
    #expect(course(restart, .nat, clientSpeaks: false).after == .pathBroken(hostUnreachable: false))
  }

  @Test("only network unreachable, and IPv4's host unreachable, undo backoff; a reset ends the connection")
  func rejections() {
    for family in AddressFamily.allCases {
      for rejection in Rejection.allCases where family == .ipv4 || rejection.existsInIPv6 {
        let effect = course(.firewallReject(with: rejection), .routed, family)
        switch rejection {
        case .tcpReset:
          #expect(effect == EffectCourse(.connectionLost(.whenSpokenTo), after: .connectionLost(.whenSpokenTo)))
        case .netUnreachable: #expect(effect == broken(true, new: .rejected))
        case .hostUnreachable: #expect(effect == broken(family == .ipv4, new: .rejected))
        default: #expect(effect == broken(false, new: .rejected))
        }
      }
    }
    #expect(course(.firewallReject(with: .tcpReset), quietTime: nil).after == .none)
    #expect(course(.firewallDrop(direction: .toClient)) == broken(false, new: .dropped))
    #expect(course(.firewallDrop(direction: .toServer)) == broken(false, heard: true, new: .dropped))
    #expect(course(.firewallDrop(direction: .toClient), .direct) == EffectCourse(.none))
  }

  @Test("a connection that a NAT forgets is lost for good, unless the router adopts it or it has traffic in time")
  func nat() {
    let lost = FaultEffect.connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .accepted)))
    #expect(course(.natFlush(loose: false), .nat).during == lost)
    #expect(course(.natFlush(loose: true), .nat).during == .none)
    #expect(
      course(.natFlush(loose: true), .nat, clientSpeaks: false).during == .pathBroken(hostUnreachable: false))
    #expect(course(.natRebind, .nat).during == .connectionLost(.whenSpokenTo))
    #expect(course(.natRebind, .nat, .ipv4, .server).during == lost)
    let timeout = Fault.natTimeout(after: .seconds(5))
    #expect(course(timeout, .nat) == EffectCourse(.none))
    #expect(course(timeout, .nat, quietTime: .seconds(5)) == EffectCourse(lost, after: lost))
    #expect(course(timeout, .nat, quietTime: nil) == EffectCourse(lost, after: lost))
    // Timers that fire late may lengthen the silence.
    #expect(course(timeout, .nat, quietTime: .seconds(4), longestQuietTime: .milliseconds(4999)) == EffectCourse(.none))
    let perhaps = FaultEffect.connectionLost(.silentOnceQuiet(for: .seconds(5)))
    #expect(
      course(timeout, .nat, quietTime: .seconds(4), longestQuietTime: .seconds(5))
        == EffectCourse(perhaps, after: perhaps))
    #expect(course(.natFlush(loose: false), .routed) == EffectCourse(.none))
  }

  @Test("a host without power is silent, and resets once it is back")
  func hosts() {
    func lost(_ unreachable: Bool, _ local: LocalSign = .none) -> FaultEffect {
      .connectionLost(.silent(Silence(hostUnreachable: unreachable, local: local, newConnections: .unresolved)))
    }
    #expect(course(.hostCrash(host: .server)) == EffectCourse(lost(true)))
    #expect(course(.hostCrash(host: .server), .routed, .ipv6) == EffectCourse(lost(false)))
    #expect(course(.hostCrash(host: .server), .direct) == EffectCourse(lost(true, .carrierLost)))
    #expect(
      course(.hostReboot(host: .server, downtime: .seconds(1)))
        == EffectCourse(lost(true), after: .connectionLost(.whenSpokenTo)))
  }
}
