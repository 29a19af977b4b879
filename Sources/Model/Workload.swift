/// What business traffic the client sends on the connection that is watched.
public enum Workload: Sendable, Hashable {
  /// None: only the mechanism itself speaks.
  case idle
  /// A request every `every`, whether or not earlier ones were answered; each is lost if unanswered after `timeout`.
  case requests(every: Duration, timeout: Duration)

  /// The name in scenario files and CSV.
  public var name: String {
    switch self {
    case .idle: "idle"
    case .requests: "requests"
    }
  }

  /// The CSV's `workload` column: `idle` or `requests every=200ms timeout=1s`.
  public var spelled: String {
    switch self {
    case .idle: name
    case .requests(let every, let timeout): "requests every=\(every.spelled) timeout=\(timeout.spelled)"
    }
  }
}
