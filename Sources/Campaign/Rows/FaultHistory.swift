import Lab
import Model

/// What a measurement's log says about its faults.
struct FaultHistory: Sendable {
  /// One injection of a fault, and its heal if it had one.
  struct Span: Sendable, Hashable {
    let fault: Fault
    let backend: String
    let start: Moment
    var end: Moment?
  }

  /// In order of injection.
  private(set) var spans: [Span] = []
  /// When the measured fault was injected for the first time.
  private(set) var t0: Moment?
  /// The last heal after which no fault blocked answers on the connection, or would do so later: only then can a round
  /// trip prove that it survived.
  private(set) var healedAt: Instant?

  private let connection: ConnectionUnderTest
  /// The span in force, by the kind of its fault.
  private var lasting: [FaultKind: Int] = [:]

  init(_ log: MeasurementLog, _ planned: PlannedMeasurement, steps: [TimelineStep]) {
    let connection = planned.connection
    self.connection = connection
    let lastBreak = steps.lastIndex { step in
      guard case .inject(let fault) = step.action else { return false }
      return !fault.course(for: connection).during.letsAnswersThrough
    }
    for entry in log.entries {
      switch entry.content {
      case .injected(let step, let moment, let backend):
        guard steps.indices.contains(step), case .inject(let fault) = steps[step].action else { continue }
        end(fault.kind, at: moment)
        lasting[fault.kind] = spans.count
        spans.append(Span(fault: fault, backend: backend, start: moment))
        if t0 == nil, fault.kind == planned.scenario.measured { t0 = moment }
      case .healed(let step, let moment):
        guard steps.indices.contains(step), case .heal(let kind) = steps[step].action else { continue }
        end(kind, at: moment)
        if !isBroken, lastBreak.map({ $0 < step }) ?? true { healedAt = moment.midpoint }
      case .began, .told, .proved, .sampled, .noted, .failed, .observationEnded: continue
      }
    }
  }

  private mutating func end(_ kind: FaultKind, at moment: Moment) {
    if let index = lasting.removeValue(forKey: kind) { spans[index].end = moment }
  }

  /// The fault of this kind that is in force.
  func lasting(_ kind: FaultKind) -> Fault? { lasting[kind].map { spans[$0].fault } }

  /// The faults in force, in order of injection.
  var lastingSpans: [Span] { lasting.values.sorted().map { spans[$0] } }

  /// Whether a fault in force blocks answers on the connection.
  private var isBroken: Bool {
    lasting.values.contains { !spans[$0].fault.course(for: connection).during.letsAnswersThrough }
  }

  /// Whether the connection does not work although everything that can be healed is healed.
  var staysBroken: Bool {
    spans.contains { span in
      let course = span.fault.course(for: connection)
      return !(span.end == nil ? course.during : course.after).letsAnswersThrough
    }
  }

  /// Whether any fault so far affected the connection.
  var haveDisturbed: Bool { spans.contains(where: disturbs) }

  /// Whether a fault that began before `instant` affected the connection.
  func haveDisturbed(before instant: Instant) -> Bool {
    spans.contains { $0.start.midpoint < instant && disturbs($0) }
  }

  private func disturbs(_ span: Span) -> Bool { span.fault.course(for: connection).during != .none }

  /// Whether a fault keeps the client's process from reporting anything.
  var clientIsSilenced: Bool {
    spans.contains { span in
      guard let silences = span.fault.traits.silences, silences.side == .client else { return false }
      return switch silences.until {
      case .whileInForce: span.end == nil
      case .forGood: true
      }
    }
  }
}
