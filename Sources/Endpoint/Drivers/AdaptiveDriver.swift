import Detectors
import EndpointProtocol
import LinuxSystem
import Model

/// A heartbeat that searches for the longest interval at which the path's NAT keeps its mapping (see
/// `AdaptiveSettings`).
///
/// A ping that stays unanswered for `timeout`, or a connection that ends while one is unanswered, is a failure of the
/// interval before that ping as long as the search goes on: the connection is reopened, and the interval returns to the
/// last good one. This does not declare the peer dead. The peer is declared dead
/// - when the search is over: an interval that was good cannot be the cause;
/// - when a new connection's first ping stays unanswered for `timeout` from the failure on, or that connection ends;
/// - when the connection ends while no ping is unanswered: no interval was being tried.
struct AdaptiveDriver: DetectorDriver {
  let settings: AdaptiveSettings
  var heartbeats: Schedule?
  private var search: AdaptiveInterval
  private var learned: Duration?
  /// The pings without an answer, each with the idle time before it; nil for the first ping on a connection.
  private var unanswered: [(sequence: UInt32, sentAt: Instant, idle: Duration?)] = []
  /// When the last ping on this connection was sent; nil before the first.
  private var lastPing: Instant?
  /// When the reopened connection, which has not answered yet, was opened.
  private var reopenedAt: Instant?

  init(settings: AdaptiveSettings) {
    self.settings = settings
    search = AdaptiveInterval(settings)
  }

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    .adaptive(settings)
  }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try makePingCompanion(settings.pinging, path, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: search.interval)
  }

  func counts(_ answer: Frame.Kind) -> Bool { answer == .heartbeatAnswer }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    switch input {
    case .sent(let sequence, _):
      unanswered.append((sequence, now, lastPing.map { now - $0 }))
      lastPing = now
      restartSchedule()
    case .answer(let frame):
      // The answer cannot be one on the connection that was given up: its frames are no longer read.
      guard let index = unanswered.firstIndex(where: { $0.sequence == frame.sequence }) else { return }
      let idle = unanswered[index].idle
      unanswered.removeSubrange(...index)
      if reopenedAt != nil {
        reopenedAt = nil
        learned = search.longestGood
      }
      guard let idle, search.answered(after: idle) else { return }
      learned = search.longestGood
      restartSchedule()
    case .attemptStarted, .attemptSucceeded, .attemptFailed, .pathLost, .pathRestored: break
    }
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    (reopenedAt ?? unanswered.first?.sentAt).map {
      Deadline(at: $0 + settings.timeout, signal: .missedHeartbeats)
    }
  }

  mutating func reopens(at now: Instant) -> Bool {
    guard reopenedAt == nil, !unanswered.isEmpty, search.failed() else { return false }
    unanswered = []
    lastPing = nil
    reopenedAt = now
    heartbeats = Schedule(start: now, interval: search.interval)
    heartbeats?.advance()
    return true
  }

  var arrivals: ArrivalEstimate? {
    heartbeats.map { _ in ArrivalEstimate(interval: search.interval) }
  }

  mutating func takeLearned() -> Duration? {
    defer { learned = nil }
    return learned
  }

  /// The next ping follows the last one after the interval that is being tried; a late ping must not shorten the
  /// silence after it.
  private mutating func restartSchedule() {
    guard let lastPing else { return }
    heartbeats = Schedule(start: lastPing, interval: search.interval)
    heartbeats?.advance()
  }
}
