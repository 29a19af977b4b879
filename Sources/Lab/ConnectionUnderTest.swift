import Model

/// The connection that a fault affects, and the side from which it is observed.
public struct ConnectionUnderTest: Sendable, Hashable {
  public var topology: Topology
  public var observer: Observer
  /// The longest time without any packet on it in the absence of faults; nil if there are never any packets.
  public var quietTime: Duration?
  /// How much timers that fire late may lengthen that time.
  public var longestQuietTime: Duration?
  /// The server's thread that answers heartbeats.
  public var responder: Pinging.Responder
  /// Whether the detector judges new connections instead of this one.
  public var opensNewConnections: Bool
  /// Whether the client's side sends something on it by itself in the absence of faults.
  public var clientSpeaks: Bool

  public init(
    topology: Topology, observer: Observer = .client, quietTime: Duration? = nil, longestQuietTime: Duration? = nil,
    responder: Pinging.Responder = .eventLoop, clientSpeaks: Bool = true,
    opensNewConnections: Bool = false
  ) {
    self.opensNewConnections = opensNewConnections
    self.responder = responder
    self.topology = topology
    self.observer = observer
    self.quietTime = quietTime
    self.longestQuietTime = longestQuietTime ?? quietTime
    self.clientSpeaks = clientSpeaks
  }
}

/// A fault's effect while it is in force, and what remains after its heal.
public struct EffectCourse: Sendable, Hashable {
  public var during: FaultEffect
  /// Not `.none` for faults that leave the connection permanently broken.
  public var after: FaultEffect

  public init(_ during: FaultEffect, after: FaultEffect = .none) {
    self.during = during
    self.after = after
  }
}

/// When one injection was carried out and healed, relative to t0.
public struct CarriedOut: Sendable, Hashable {
  public var start: Duration
  public var end: Duration?

  public init(start: Duration, end: Duration?) {
    self.start = start
    self.end = end
  }
}

extension Scenario {
  /// The connection that `detector` watches, as faults affect it, seen from one side.
  public func connection(of detector: Detector, seenBy observer: Observer = .client) -> ConnectionUnderTest {
    let traits = detector.settings.traits
    return ConnectionUnderTest(
      topology: topology, observer: observer, quietTime: quietTime(of: detector),
      longestQuietTime: longestQuietTime(of: detector),
      responder: detector.settings.pinging?.responder ?? .eventLoop,
      clientSpeaks: workload.sender == .client || traits.spacing != nil,
      opensNewConnections: traits.carrier == .newConnections)
  }

  /// What the whole timeline does to the connection, relative to t0: completed injections as they happened, the others
  /// as planned.
  ///
  /// Injections that were not carried out because of an early outcome count too: a prediction may not know the outcome.
  public func effects(
    on connection: ConnectionUnderTest, carriedOut: [CarriedOut] = []
  ) -> [EffectSpan] {
    let steps = timeline.steps
    let t0 =
      steps.first { if case .inject(let fault) = $0.action { fault.kind == measured } else { false } }?.at ?? .zero
    var done = carriedOut.makeIterator()
    return steps.enumerated().flatMap { number, step -> [EffectSpan] in
      guard case .inject(let fault) = step.action else { return [] }
      let actual = done.next()
      // An injection of the same kind replaces it.
      let heal = steps[(number + 1)...].first { step in
        switch step.action {
        case .heal(let kind): kind == fault.kind
        case .inject(let other): other.kind == fault.kind
        }
      }
      let course = fault.course(for: connection)
      let end = actual?.end ?? heal.map { $0.at - t0 }
      var spans = [EffectSpan(effect: course.during, start: actual?.start ?? step.at - t0, end: end)]
      if let end, course.after != .none { spans.append(EffectSpan(effect: course.after, start: end, end: nil)) }
      return spans
    }
  }
}
