/// The effect of a fault on one connection, as one side experiences it. Mechanisms predict from this, never from the
/// fault itself.
public enum FaultEffect: Sendable, Hashable {
  /// Nothing comes back from the peer as long as the effect lasts.
  case pathBroken(Silence)
  /// The connection is gone for good at the other end or in between: even a healed path cannot restore it.
  case connectionLost(LossNotice)
  /// The peer's kernel acknowledges everything; its process, or a part of it, answers nothing.
  case serviceUnresponsive(StuckPart)
  /// The peer's kernel acknowledges what it has room for, and then announces a zero window: the process does not read.
  case notReading
  /// Everything is answered, but late or not every time.
  case slow
  /// The connection is not affected.
  case none

  /// A path that breaks without a sign on the observer's own side.
  public static func pathBroken(hostUnreachable: Bool) -> FaultEffect {
    .pathBroken(Silence(hostUnreachable: hostUnreachable))
  }
}

/// The consequences of a silence besides the silence itself.
public struct Silence: Sendable, Hashable {
  /// Once the observer's segments wait or are rejected, a router or its own kernel reports host or network unreachable:
  /// RTO backoff is undone (RFC 6069).
  public var hostUnreachable: Bool
  /// What the observer's own host shows.
  public var local: LocalSign
  /// Only the direction to the peer is broken: what the peer sends by itself still arrives, but nothing is answered.
  public var peerIsHeard: Bool
  /// The result of an attempt to open a new connection; nil: unknown.
  public var newConnections: NewConnections?

  public init(
    hostUnreachable: Bool, local: LocalSign = .none, peerIsHeard: Bool = false, newConnections: NewConnections? = nil
  ) {
    self.newConnections = newConnections
    self.hostUnreachable = hostUnreachable
    self.local = local
    self.peerIsHeard = peerIsHeard
  }
}

/// The result of an attempt to open a new connection while an old one is silent.
public enum NewConnections: Sendable, Hashable {
  /// The peer accepts it: only the old connection is affected.
  case accepted
  /// It leaves from another address than the old one, which may work.
  case readdressed
  /// Its segments vanish without any report.
  case dropped
  /// An error comes back at once.
  case rejected
  /// Its segments vanish, and are reported unreachable as soon as a host on the path fails to resolve a neighbour's
  /// address, if ever.
  case unresolved
}

/// What an observer's own host shows of a fault at the instant when it happens.
public enum LocalSign: Sendable, Hashable {
  case none
  /// Its interface loses carrier, but keeps its routes.
  case carrierLost
  /// Its interface is set down: carrier and routes are gone.
  case interfaceDown
  /// Its address is gone, and with it the routes that prefer it.
  case addressGone
}

/// How a side learns that its connection is gone for good.
public enum LossNotice: Sendable, Hashable {
  /// The peer's kernel says so at once, by FIN or RST.
  case atOnce
  /// Whatever it sends next is answered by RST.
  case whenSpokenTo
  /// Not at all.
  case silent(Silence)
  /// Not at all, and it is gone only after that time without traffic: the observer's timers decide whether that
  /// happens.
  case silentOnceQuiet(for: Duration)
}

/// Which part of the peer's process is stuck.
public enum StuckPart: Sendable, Hashable {
  /// All of it.
  case process
  /// Only the worker that serves requests; a separate I/O thread still answers.
  case worker
}

/// An effect and when it holds, relative to `t0`.
public struct EffectSpan: Sendable, Hashable {
  public var effect: FaultEffect
  public var start: Duration
  /// nil: to the end of the observation.
  public var end: Duration?

  public init(effect: FaultEffect, start: Duration, end: Duration?) {
    self.effect = effect
    self.start = start
    self.end = end
  }
}
