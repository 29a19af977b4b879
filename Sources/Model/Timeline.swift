/// The events of a measurement. All times count from the start of the measurement, before the trial's phase is added.
public struct Timeline: Sendable, Hashable {
  /// In order of time.
  public var entries: [TimelineEntry]

  public init(entries: [TimelineEntry]) {
    self.entries = entries
  }

  /// Planning and predicting more steps than this would take too long.
  public static let mostSteps = 20_000

  /// The number of `steps`, without unrolling them.
  public var stepCount: Int { entries.reduce(0) { $0 + $1.stepCount } }

  /// Every single injection and heal, repetitions unrolled, in order of time.
  ///
  /// A fault that ends by itself (router-restart, host-reboot), or that is healed after a `duration`, also adds its
  /// heals.
  public var steps: [TimelineStep] {
    var steps: [TimelineStep] = []
    for entry in entries {
      switch entry.action {
      case .heal(let kind):
        steps.append(TimelineStep(at: entry.at, action: .heal(kind)))
      case .inject(let fault, let repetition):
        let duration = fault.traits.downtime ?? entry.duration
        for round in 0..<(repetition?.times ?? 1) {
          let at = entry.at + (repetition?.every ?? .zero) * round
          steps.append(TimelineStep(at: at, action: .inject(fault)))
          if let duration {
            steps.append(TimelineStep(at: at + duration, action: .heal(fault.kind)))
          }
        }
      }
    }
    // A stable sort: entries of the same instant keep the order of the file.
    return steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// The faults that its entries inject, in order, one for each entry.
  public var faults: [Fault] {
    entries.compactMap { entry in
      switch entry.action {
      case .inject(let fault, _): fault
      case .heal: nil
      }
    }
  }

  /// The CSV's `timeline` column, one entry after another: `3s inject cable-pull server; 15s heal cable-pull`.
  public var spelled: String {
    entries.map(\.spelled).joined(separator: "; ")
  }
}

/// One line of a scenario's timeline.
public struct TimelineEntry: Sendable, Hashable {
  public var at: Duration
  public var action: Action
  /// How long after each of its injections the fault is healed; nil for a heal, for a fault that ends by itself, and if
  /// only another entry heals it, or none.
  public var duration: Duration?

  public enum Action: Sendable, Hashable {
    case inject(Fault, repetition: Repetition?)
    case heal(FaultKind)
  }

  public init(at: Duration, action: Action, duration: Duration? = nil) {
    self.at = at
    self.action = action
    self.duration = duration
  }

  /// The number of injections and heals that it stands for.
  public var stepCount: Int {
    switch action {
    case .heal: 1
    case .inject(let fault, let repetition):
      (repetition?.times ?? 1) * (fault.traits.downtime == nil && duration == nil ? 1 : 2)
    }
  }

  /// The time of the last of these.
  public var end: Duration {
    switch action {
    case .heal: at
    case .inject(let fault, let repetition):
      at + (repetition.map { $0.every * ($0.times - 1) } ?? .zero) + (fault.traits.downtime ?? duration ?? .zero)
    }
  }

  public var spelled: String {
    switch action {
    case .heal(let kind):
      return "\(at.spelled) heal \(kind.rawValue)"
    case .inject(let fault, let repetition):
      let traits = fault.traits
      let downtime = traits.downtime.map { " downtime=\($0.spelled)" } ?? ""
      let lasting = duration.map { " for=\($0.spelled)" } ?? ""
      let again = repetition.map { " every=\($0.every.spelled) times=\($0.times)" } ?? ""
      return "\(at.spelled) inject \(fault.kind.rawValue) \(traits.target)\(downtime)\(lasting)\(again)"
    }
  }
}

/// A fault injected `times` times (at least once), at intervals of `every`.
public struct Repetition: Sendable, Hashable {
  public var every: Duration
  public var times: Int

  public init(every: Duration, times: Int) {
    self.every = every
    self.times = times
  }
}

/// One injection or one heal.
public struct TimelineStep: Sendable, Hashable {
  public var at: Duration
  public var action: Action

  public enum Action: Sendable, Hashable {
    case inject(Fault)
    case heal(FaultKind)
  }

  public init(at: Duration, action: Action) {
    self.at = at
    self.action = action
  }
}
