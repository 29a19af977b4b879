import EndpointProtocol
import Model

/// Every request that a client sent in a measurement, and its outcome. The index is the request's sequence number.
struct RequestLog {
  /// What a request is for.
  enum Purpose {
    /// Proves the connection when it opens.
    case opening
    /// Aligns an idle connection at `begin`.
    case alignment
    /// The business traffic whose losses are counted.
    case workload
    /// Proves that the connection works again after a heal.
    case recovery
    /// Proves that the backup serves.
    case failover
  }

  struct Request {
    let purpose: Purpose
    let sentAt: Instant
    var answeredAt: Instant?
    /// Not sent to any server, or sent on a connection that is gone: no answer can come.
    var isLost = false

    var isOutstanding: Bool { answeredAt == nil && !isLost }
  }

  private var requests: [Request] = []
  /// No request before this index is outstanding.
  private var firstOpen = 0

  /// Records a request and returns its sequence number.
  mutating func add(_ purpose: Purpose, sentAt: Instant) -> UInt32 {
    requests.append(Request(purpose: purpose, sentAt: sentAt))
    return UInt32(requests.count - 1)
  }

  /// Records an answer; nil if no outstanding request has this sequence number.
  mutating func answer(_ sequence: UInt32, at: Instant) -> Request? {
    guard let index = Int(exactly: sequence), requests.indices.contains(index), requests[index].isOutstanding else {
      return nil
    }
    requests[index].answeredAt = at
    while firstOpen < requests.count, !requests[firstOpen].isOutstanding { firstOpen += 1 }
    return requests[index]
  }

  /// The connection is gone, or there is none: no outstanding request will be answered.
  mutating func loseOutstanding() {
    for index in firstOpen..<requests.count where requests[index].isOutstanding { requests[index].isLost = true }
    firstOpen = requests.count
  }

  /// When the oldest request that may still be answered was sent.
  var oldestOutstanding: Instant? { firstOpen < requests.count ? requests[firstOpen].sentAt : nil }

  /// The sending time of the oldest request that was sent at or before `time` and has no answer yet.
  func oldestUnanswered(sentBy time: Instant) -> Instant? {
    requests.first { $0.answeredAt == nil && $0.sentAt <= time }?.sentAt
  }

  /// When the last outstanding request of the workload is given up; nil if none is outstanding.
  func settled(timeout: Duration) -> Instant? {
    requests[firstOpen...].last { $0.purpose == .workload && $0.isOutstanding }.map { $0.sentAt + timeout }
  }

  /// The workload's requests as events; an answer after `timeout` does not count.
  func report(timeout: Duration) -> [Event] {
    requests.filter { $0.purpose == .workload }.map { request in
      let inTime = request.answeredAt.flatMap { $0 - request.sentAt <= timeout ? $0 : nil }
      return .request(sentAt: request.sentAt, answeredAt: inTime)
    }
  }
}
