import Lab
import Model

/// Makes a scenario's fault ready for injection in one lab.
public typealias FaultFactory = @Sendable (Fault, Lab, any ServiceControl) -> any RunningFault

extension Fault {
  /// The real thing: the file of the fault's name in `Lab/Faults`.
  public static let make: FaultFactory = { fault, lab, service in
    switch fault {
    case .cablePull(let cable): CablePull(lab: lab, cable: cable)
    case .blackhole(let cable, let direction): Blackhole(lab: lab, cable: cable, direction: direction)
    case .routerRestart: RouterRestart(lab: lab)
    case .cpuSaturation(let mode): CPUSaturation(lab: lab, service: service, mode: mode)
    }
  }
}
