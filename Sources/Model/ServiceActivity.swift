/// What a server does, and a fault may keep it from doing.
public enum ServiceActivity: String, Sendable, Hashable, CaseIterable {
  /// Reading its connections.
  case reading
  /// Accepting connections.
  case accepting
}
