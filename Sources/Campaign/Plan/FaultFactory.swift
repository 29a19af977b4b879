import Lab
import Model

/// Makes a scenario's fault ready for injection in one lab.
public typealias FaultFactory = @Sendable (Fault, Lab, any ProcessControls) throws -> any RunningFault

extension Fault {
  /// The real thing: the file of the fault's name in `Lab/Faults`.
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
