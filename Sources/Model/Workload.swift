/// The business traffic on the watched connection.
///
/// `size` is the payload of one message in bytes, a frame's header (24 bytes) included.
public enum Workload: Sendable, Hashable {
  /// None: only the mechanism itself sends.
  case idle
  /// The client sends a request every `every`, whether or not earlier ones were answered; each is lost if unanswered
  /// after `timeout`.
  case requests(every: Duration, timeout: Duration, size: Int = Workload.smallest)
  /// The server sends a message every `every`; the client's application does not answer.
  case push(every: Duration, size: Int = Workload.smallest)
  /// The client sends a message every `every`; the server's application does not answer.
  case trickle(every: Duration, size: Int = Workload.smallest)

  /// The smallest message: a bare frame.
  public static let smallest = 24

  /// The name in scenario files and CSV.
  public var name: String {
    switch self {
    case .idle: "idle"
    case .requests: "requests"
    case .push: "push"
    case .trickle: "trickle"
    }
  }

  /// The spacing of its messages; nil if there are none.
  public var spacing: Duration? {
    switch self {
    case .idle: nil
    case .requests(let every, _, _), .push(let every, _), .trickle(let every, _): every
    }
  }

  /// The side that sends its messages; nil if there are none.
  public var sender: Observer? {
    switch self {
    case .idle: nil
    case .requests, .trickle: .client
    case .push: .server
    }
  }

  /// The CSV's `workload` column: `idle`, `requests every=200ms timeout=1s`, `trickle every=2s size=1400`.
  public var spelled: String {
    switch self {
    case .idle: name
    case .requests(let every, let timeout, let size):
      "requests every=\(every.spelled) timeout=\(timeout.spelled)" + spelled(size)
    case .push(let every, let size), .trickle(let every, let size): "\(name) every=\(every.spelled)" + spelled(size)
    }
  }

  private func spelled(_ size: Int) -> String { size == Workload.smallest ? "" : " size=\(size)" }
}
