import EndpointProtocol
import Lab
import Model

/// Everything that was seen of one measurement, in the order in which the runner learned of it; only ever appended to.
/// The row is made from it, and from nothing else that was measured.
struct MeasurementLog: Sendable, Hashable {
  private(set) var entries: [LogEntry] = []

  /// The latest instant that an entry contains.
  private(set) var latest = Instant(nanoseconds: 0)

  mutating func append(_ content: LogEntry.Content) {
    if let instant = content.instant { latest = max(latest, instant) }
    entries.append(LogEntry(at: latest, content: content))
  }
}

/// One thing that was seen of a measurement.
struct LogEntry: Sendable, Hashable {
  /// The latest instant that was known by then. The log does not read the clock: in a user-mode kernel, reading alone
  /// advances it.
  let at: Instant
  let content: Content

  enum Content: Sendable, Hashable {
    /// The measurement's time zero, which is shortly after the endpoints have been told.
    case began(Instant)
    /// An event from the endpoint at one side of the connection.
    case told(Observer, Event)
    /// A step of the timeline injected its fault; one of the same kind that was in force ended then.
    case injected(step: Int, Moment, backend: String)
    /// A step of the timeline healed its faults.
    case healed(step: Int, Moment)
    case proved(Proof)
    case sampled(ConnectionSample, SamplePoint)
    /// Notes for the row's reader beyond the outcome.
    case noted(String)
    /// What ended the measurement before its outcome could be known.
    case failed(String)
    /// The outcome is known, or the window is over.
    case observationEnded(Instant)

    /// When it happened; nil for an entry that directly follows the previous one.
    var instant: Instant? {
      switch self {
      case .began(let at), .observationEnded(let at): at
      case .told(_, let event): event.instant
      case .injected(_, let moment, _), .healed(_, let moment): moment.after
      case .sampled(let sample, _): sample.at
      case .proved, .noted, .failed: nil
      }
    }
  }
}

extension Event {
  /// When it happened; nil for events without a time, or that happened long before they were reported.
  fileprivate var instant: Instant? {
    switch self {
    case .started(let at), .listening(let at, _), .cpuTime(_, let at), .ready(let at, _, _), .declared(let at, _),
      .suspected(let at, _), .trusted(let at), .learned(_, let at), .recovered(let at), .failedOver(let at),
      .failoverFailed(let at, _), .finished(let at, _), .ended(let at):
      at
    case .saturated(_, let after), .relieved(_, let after, _), .paused(_, _, let after), .resumed(_, _, let after):
      after
    case .marked, .request, .herd, .failed: nil
    }
  }
}

/// Why the connection was sampled.
enum SamplePoint: String, Sendable, Hashable, CaseIterable {
  /// Before any fault: from here on the healthy traffic is counted.
  case healthy
  /// Right after the injection of the measured fault: the state that the prediction starts from.
  case fault
}
