/// What the rest of the program has to know of a mechanism: one description for each, which everything else reads.
public struct DetectorTraits: Sendable, Hashable {
  /// What tells the detector that its peer is alive.
  public enum SignOfLife: Sendable, Hashable {
    /// What the kernel receives on the watched connection; also for mechanisms that wait for nothing.
    case segments
    /// What the peer's application answers.
    case answers
  }

  /// How its own traffic is carried.
  public enum Carrier: Sendable, Hashable {
    /// On the watched connection, or it has none.
    case connection
    /// Datagrams beside the connection.
    case datagrams
    /// Connections of its own.
    case newConnections
    /// It listens to the observer's own kernel.
    case notifications
  }

  public var signOfLife: SignOfLife
  public var carrier: Carrier
  /// The longest time between its own segments on the watched connection; nil if it sends none there.
  public var spacing: Duration?
  /// Whether the spacing is a timer of the kernel's, which the timer wheel rounds up.
  public var isTimedByKernel: Bool
  /// Whether it opens the watched connection anew now and then.
  public var reopensConnection: Bool
  /// The limits that it sets in the observer's network namespace; nil if it sets none.
  public var kernelLimits: RetransmissionSettings?

  /// Whether an answer on the watched connection tells it nothing.
  public var judgesBesideConnection: Bool { carrier != .connection }

  /// Whether its own traffic passes beside the watched connection.
  public var speaksBesideConnection: Bool {
    switch carrier {
    case .datagrams, .newConnections: true
    case .connection, .notifications: false
    }
  }

  fileprivate init(
    _ signOfLife: SignOfLife, _ carrier: Carrier = .connection, spacing: Duration? = nil, isTimedByKernel: Bool = false,
    reopensConnection: Bool = false, kernelLimits: RetransmissionSettings? = nil
  ) {
    self.signOfLife = signOfLife
    self.carrier = carrier
    self.spacing = spacing
    self.isTimedByKernel = isTimedByKernel
    self.reopensConnection = reopensConnection
    self.kernelLimits = kernelLimits
  }

  /// A heartbeat's.
  fileprivate init(_ pinging: Pinging, every interval: Duration, reopensConnection: Bool = false) {
    switch pinging.transport {
    case .tcp: self.init(.answers, .connection, spacing: interval, reopensConnection: reopensConnection)
    case .udp: self.init(.answers, .datagrams, reopensConnection: reopensConnection)
    }
  }
}

extension DetectorSettings {
  public var traits: DetectorTraits {
    switch self {
    case .none, .userTimeout: DetectorTraits(.segments)
    case .keepalive(let keepalive):
      DetectorTraits(.segments, spacing: max(keepalive.idle, keepalive.interval), isTimedByKernel: true)
    case .retransmission(let limits): DetectorTraits(.segments, kernelLimits: limits)
    case .connect: DetectorTraits(.segments, .newConnections)
    case .requestTimeout: DetectorTraits(.answers)
    case .heartbeat(let settings): DetectorTraits(settings.pinging, every: settings.interval)
    case .phiAccrual(let settings): DetectorTraits(settings.pinging, every: settings.interval)
    case .chen(let settings): DetectorTraits(settings.pinging, every: settings.interval)
    case .adaptive(let settings): DetectorTraits(settings.pinging, every: settings.to, reopensConnection: true)
    case .overload(let settings): DetectorTraits(settings.pinging, every: settings.interval)
    case .linkMonitor, .routeMonitor: DetectorTraits(.segments, .notifications)
    }
  }
}
