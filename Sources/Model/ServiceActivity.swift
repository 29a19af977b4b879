/// An activity of a server that a fault may stop.
public enum ServiceActivity: String, Sendable, Hashable, CaseIterable {
  /// Reading its connections.
  case reading
  /// Accepting connections.
  case accepting
}
