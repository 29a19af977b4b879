/// What a fault does to one connection. Mechanisms predict from this, never from the fault itself.
public enum FaultEffect: Sendable, Hashable {
  /// Nothing comes back from the peer any more. `hostUnreachable`: once a sender's segments wait, a router or the
  /// sender's own kernel reports host unreachable, because the neighbour no longer answers ARP (RFC 6069 matters then).
  case pathBroken(hostUnreachable: Bool)
  /// The connection is gone for good at the other end: even a healed path cannot bring it back.
  case connectionLost
  /// The peer's kernel acknowledges everything; its process answers nothing.
  case serviceUnresponsive
  /// Everything is answered, but late.
  case slow
  /// The connection is not affected.
  case none
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
