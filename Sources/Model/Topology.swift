/// A network namespace of the lab that stands for a machine.
public enum HostName: String, Sendable, Hashable, CaseIterable {
  case client, router, server, backup
}

/// A cable of the lab, named for the host at its far end.
public enum CableName: String, Sendable, Hashable, CaseIterable, Comparable {
  case client, server, backup

  public static func < (left: CableName, right: CableName) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What lies between client and servers.
public enum Path: String, Sendable, Hashable, CaseIterable {
  /// Client and server are joined by one cable, `server` (and client and backup by `backup`).
  case direct
  /// Every host has its own cable to one router: `client`, `server`, `backup`.
  case routed
  /// Like `routed`, but the router masquerades: servers see its address instead of the client's (RFC 3022).
  case nat

  /// Whether there is a router between client and servers.
  public var hasRouter: Bool { self != .direct }
}

/// The network protocol of the lab's addresses.
public enum AddressFamily: String, Sendable, Hashable, CaseIterable {
  case ipv4, ipv6
}

/// The network that a measurement runs in.
public struct Topology: Sendable, Hashable {
  public var path: Path
  public var family: AddressFamily
  /// Whether there is a second server to fail over to.
  public var backup: Bool
  /// Standing impairments by cable, in force from the start.
  public var impairments: [CableName: Impairment]

  public init(
    path: Path = .routed, family: AddressFamily = .ipv4, backup: Bool = false,
    impairments: [CableName: Impairment] = [:]
  ) {
    self.path = path
    self.family = family
    self.backup = backup
    self.impairments = impairments
  }

  /// The cables that exist in this topology, in a fixed order.
  public var cables: [CableName] {
    switch path {
    case .direct: backup ? [.server, .backup] : [.server]
    case .routed, .nat: backup ? [.client, .server, .backup] : [.client, .server]
    }
  }

  /// The hosts that exist in this topology, in a fixed order.
  public var hosts: [HostName] {
    HostName.allCases.filter { host in
      switch host {
      case .client, .server: true
      case .router: path.hasRouter
      case .backup: backup
      }
    }
  }
}
