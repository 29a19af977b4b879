/// What a fault affects, to decide which faults cannot be in force together.
public struct FaultReach: Sendable, Hashable {
  /// The machine whose state it changes.
  public let machine: HostName?
  /// The machine whose power it cuts.
  public let power: HostName?
  /// The machine whose process it changes.
  public let process: HostName?
  /// The machine whose interface it changes.
  public let interface: HostName?
  /// Whether it lasts after its injection; a fault that is over at once cannot conflict with later ones.
  public let lasts: Bool

  init(
    machine: HostName? = nil, power: HostName? = nil, process: HostName? = nil, interface: HostName? = nil,
    lasts: Bool = true
  ) {
    self.machine = machine
    self.power = power
    self.process = process
    self.interface = interface
    self.lasts = lasts
  }

  /// Cables and their ports belong to no machine.
  static let nothing = FaultReach()

  static func power(of host: HostName) -> FaultReach { FaultReach(machine: host, power: host) }
  static func process(of host: HostName) -> FaultReach { FaultReach(machine: host, process: host) }
  static func everything(of host: HostName) -> FaultReach { FaultReach(machine: host, power: host, process: host) }

  /// What both affect, in words; nil if they do not conflict.
  ///
  /// A machine without power has no state to change, and loses it; a process that is stuck, stopped or gone obeys no
  /// other command.
  public func conflict(with earlier: FaultReach) -> String? {
    guard earlier.lasts else { return nil }
    for powerless in [power, earlier.power] {
      if let powerless, machine == powerless, earlier.machine == powerless { return "the \(powerless.rawValue)" }
    }
    if let process, process == earlier.process { return "the \(process.rawValue)'s process" }
    if let interface, interface == earlier.interface { return "the \(interface.rawValue)'s interface" }
    return nil
  }
}

extension Observer {
  var host: HostName {
    switch self {
    case .client: .client
    case .server: .server
    }
  }
}
