import Model

/// Makes a scenario's fault ready for injection in one lab.
public typealias FaultFactory = @Sendable (Fault, Lab, any ProcessControls) throws -> any RunningFault

// Connects each fault with its file: its effect on a connection, and its implementation.
extension Fault {
  /// The fault's effect on the connection between client and server, as one side experiences it.
  public func course(for connection: ConnectionUnderTest) -> EffectCourse {
    switch self {
    case .cablePull(let cable): return EffectCourse(CablePull.effect(of: cable, on: connection))
    case .interfaceDown(let host): return EffectCourse(InterfaceDown.effect(of: host, on: connection))
    case .blackhole(let cable, let direction):
      return EffectCourse(Blackhole.effect(of: cable, direction, on: connection))
    case .impair(let cable, let direction, let impairment):
      return EffectCourse(Impair.effect(of: cable, direction, impairment, on: connection))
    case .routerRestart: return RouterRestart.effect(on: connection)
    case .routerCrash: return RouterCrash.effect(on: connection)
    case .firewallDrop(let direction): return EffectCourse(FirewallDrop.effect(direction, on: connection))
    case .firewallReject(let rejection): return FirewallReject.effect(of: rejection, on: connection)
    case .natFlush(let loose): return EffectCourse(NATFlush.effect(loose: loose, on: connection))
    case .natTimeout(let after):
      // A forgotten connection stays forgotten.
      let effect = NATTimeout.effect(after: after, on: connection)
      return EffectCourse(effect, after: effect)
    case .natRebind: return EffectCourse(NATRebind.effect(on: connection))
    case .hostCrash(let host): return HostCrash.effect(of: host, on: connection)
    case .hostReboot(let host, _): return HostReboot.effect(of: host, on: connection)
    case .addressChange: return EffectCourse(AddressChange.effect(on: connection))
    case .processKill(let host): return ProcessKill.course(of: host, for: connection)
    case .processStop(let host): return EffectCourse(ProcessStop.effect(of: host, on: connection))
    case .cpuSaturation(let mode): return EffectCourse(CPUSaturation.effect(of: mode, on: connection))
    case .slowReader: return EffectCourse(SlowReader.effect(on: connection))
    case .listenOverflow(let host): return EffectCourse(ListenOverflow.effect(of: host, on: connection))
    }
  }

  /// The implementation: the file of the fault's name in `Lab/Faults`.
  public static let make: FaultFactory = { fault, lab, controls in
    switch fault {
    case .cablePull(let cable): CablePull(lab: lab, cable: cable)
    case .blackhole(let cable, let direction): Blackhole(lab: lab, cable: cable, direction: direction)
    case .interfaceDown(let host): InterfaceDown(lab: lab, host: host)
    case .impair(let cable, let direction, let impairment):
      Impair(lab: lab, cable: cable, direction: direction, impairment: impairment)
    case .routerRestart: RouterRestart(lab: lab)
    case .routerCrash: RouterCrash(lab: lab)
    case .firewallDrop(let direction): FirewallDrop(lab: lab, direction: direction)
    case .firewallReject(let rejection): try FirewallReject(lab: lab, rejection: rejection)
    case .natFlush(let loose): NATFlush(lab: lab, loose: loose)
    case .natTimeout(let after): try NATTimeout(lab: lab, after: after)
    case .natRebind: NATRebind(lab: lab)
    case .hostCrash(let host):
      HostCrash(lab: lab, host: host, process: try controls.process(host))
    case .hostReboot(let host, _):
      HostReboot(lab: lab, host: host, process: try controls.process(host))
    case .addressChange: AddressChange(lab: lab)
    case .processKill(let host): ProcessKill(process: try controls.process(host))
    case .processStop(let host): ProcessStop(process: try controls.process(host))
    case .slowReader: SlowReader(lab: lab, service: try controls.service(.server))
    case .listenOverflow(let host): ListenOverflow(lab: lab, service: try controls.service(host), host: host)
    case .cpuSaturation(.starved):
      CPUStarvation(service: try controls.service(.server), process: try controls.process(.server))
    case .cpuSaturation(let mode): CPUSaturation(lab: lab, service: try controls.service(.server), mode: mode)
    }
  }
}
