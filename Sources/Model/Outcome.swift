/// How a measurement ended, judged against the fault's effect on the connection.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
  /// Declared dead while the effect lasted, or at any time once the connection was lost for good.
  case detected
  /// Declared dead after the heal of a connection that could have recovered.
  case late
  /// Healed, and a round trip on the same connection proved that it works.
  case survived
  /// The fault did not affect the connection, or only slowed it down, and it was not declared dead: there was nothing to
  /// notice. Since results schema 3.
  case unaffected
  /// A deadly effect began, and it was not declared by the end of the window: a censored value.
  case missed
  /// Declared dead under no effect.
  case falseAlarm = "false-alarm"
  /// Could not be measured.
  case error
}

/// Whether the fault took effect, by its own proof.
public enum FaultVerdict: String, Sendable, Hashable, CaseIterable, Comparable {
  case confirmed, inconclusive, mismatch

  /// Ordered from best to worst, so that `max` of several is the worst.
  public static func < (left: FaultVerdict, right: FaultVerdict) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .confirmed: 0
    case .inconclusive: 1
    case .mismatch: 2
    }
  }
}

/// The signal by which a detector found that its peer is dead.
public enum Signal: Sendable, Hashable {
  /// The kernel ended the connection: the errno's name, such as `ETIMEDOUT` or `EHOSTUNREACH`.
  case errno(String)
  /// The peer closed the connection.
  case endOfFile
  case missedHeartbeats
  case requestTimeout
  /// A check by connecting took longer than its own timeout.
  case connectTimeout
  /// The server reported too much load.
  case overloaded
  /// The observer's interface lost its carrier.
  case carrierLost
  /// The observer's kernel no longer has a route to the peer.
  case routeLost

  /// The CSV's `signal` column.
  public var spelled: String {
    switch self {
    case .errno(let name): name
    case .endOfFile: "EOF"
    case .missedHeartbeats: "missed-heartbeats"
    case .requestTimeout: "request-timeout"
    case .connectTimeout: "connect-timeout"
    case .overloaded: "overloaded"
    case .carrierLost: "carrier-lost"
    case .routeLost: "route-lost"
    }
  }

  /// The reverse of `spelled`; nil for an unknown word.
  public init?(spelled: String) {
    switch spelled {
    case "EOF": self = .endOfFile
    case "missed-heartbeats": self = .missedHeartbeats
    case "request-timeout": self = .requestTimeout
    case "connect-timeout": self = .connectTimeout
    case "overloaded": self = .overloaded
    case "carrier-lost": self = .carrierLost
    case "route-lost": self = .routeLost
    default:
      guard spelled.hasPrefix("E"),
        spelled.utf8.allSatisfy({ (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) })
      else { return nil }
      self = .errno(spelled)
    }
  }
}
