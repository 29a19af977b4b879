import LinuxNetwork
import Model

/// A network device by index and name.
public struct Device: Sendable, Hashable {
  public let index: Int32
  public let name: String
}

/// One end of a cable: a host's interface, and the port in the wiring namespace that it is plugged into.
public struct CableEnd: Sendable, Hashable {
  public let host: HostName
  public let interface: Device
  public let port: Device
}

/// Two ports joined by tc. `near` is the end toward the client.
public struct Cable: Sendable, Hashable {
  public let name: CableName
  public internal(set) var near: CableEnd
  public internal(set) var far: CableEnd

  public var ends: [CableEnd] { [near, far] }

  public subscript(side: AddressPlan.End) -> CableEnd {
    switch side {
    case .near: near
    case .far: far
    }
  }

  /// Which side of the cable a host is on; nil if it is on neither.
  public func side(of host: HostName) -> AddressPlan.End? {
    AddressPlan.End.allCases.first { self[$0].host == host }
  }
  public var ports: [Int32] { ends.map(\.port.index) }

  /// The hosts at the near and far end of a cable.
  static func hosts(of name: CableName, path: Path) -> (near: HostName, far: HostName) {
    switch (path, name) {
    case (.routed, .client), (.nat, .client): (.client, .router)
    case (.routed, .server), (.nat, .server): (.router, .server)
    case (.routed, .backup), (.nat, .backup): (.router, .backup)
    case (.direct, .backup): (.client, .backup)
    case (.direct, _): (.client, .server)
    }
  }
}
