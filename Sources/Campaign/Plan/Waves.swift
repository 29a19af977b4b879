import Model

extension PlannedMeasurement {
  /// How many ordinary measurements it counts for: a herd's connections keep a client as busy as several measurements,
  /// and a crowd that fills an accept queue needs as many descriptors.
  var weight: Int {
    let crowds = scenario.timeline.faults.contains { $0.kind.nature.pauses == .accepting }
    return 1 + scenario.clients / 50 + (crowds ? scenario.acceptQueue / 40 : 0)
  }
}

/// The measurements that run side by side.
enum Waves {
  /// The kind of a measurement, which decides whether it fits into a wave: all measurements of one kind fit, or none.
  private struct Kind: Hashable {
    let weight: Int
    let disturbing: Set<FaultKind>
    let spins: Bool

    init(_ measurement: PlannedMeasurement) {
      weight = measurement.weight
      disturbing = measurement.scenario.disturbingFaults
      spins = measurement.scenario.spins
    }
  }

  /// A wave that is being filled.
  private struct Wave {
    var measurements: [PlannedMeasurement] = []
    var weight = 0
    var disturbing: [FaultKind: Int] = [:]
    /// Whether its servers spin: all of them do, or none.
    var spins = false

    func takes(_ kind: Kind, jobs: Int, processors: Int) -> Bool {
      weight + kind.weight <= max(jobs, kind.weight)
        && kind.spins == spins
        && kind.disturbing.allSatisfy { disturbing[$0, default: 0] < 5 * processors }
    }

    mutating func add(_ measurement: PlannedMeasurement, _ kind: Kind) {
      measurements.append(measurement)
      spins = kind.spins
      weight += kind.weight
      for fault in kind.disturbing { disturbing[fault, default: 0] += 1 }
    }
  }

  /// Splits a plan into waves of at most `jobs` measurements, in the plan's order as far as the limits allow: each
  /// measurement goes to the first wave that takes it.
  ///
  /// Measurements that disturb others are limited further, to five per processor. Spinning servers make wake-ups late,
  /// so they get waves of their own; routers that are rebuilt hold the kernel's RTNL lock for milliseconds each.
  ///
  /// A wave that has refused a kind of measurement always refuses it, so each kind's search continues where its last
  /// one ended. This keeps the time linear.
  static func split(_ measurements: [PlannedMeasurement], jobs: Int, processors: Int) -> [[PlannedMeasurement]] {
    var waves: [Wave] = []
    // By the scenario's name, which is unique in a plan.
    var kinds: [String: Kind] = [:]
    var refused: [Kind: Int] = [:]
    for measurement in measurements {
      let name = measurement.scenario.name
      let kind = kinds[name] ?? Kind(measurement)
      kinds[name] = kind
      var number = refused[kind, default: 0]
      while number < waves.count, !waves[number].takes(kind, jobs: jobs, processors: processors) { number += 1 }
      refused[kind] = number
      if number == waves.count { waves.append(Wave()) }
      waves[number].add(measurement, kind)
    }
    return waves.map(\.measurements)
  }

  /// For each wave, how long it and all later waves last if no detector decides early.
  static func timeLeft(_ waves: [[PlannedMeasurement]]) -> [Duration] {
    var left = Duration.zero
    return Array(
      waves.reversed().map { wave in
        left += longest(wave)
        return left
      }.reversed())
  }

  /// How long a wave lasts if no detector decides early.
  static func longest(_ wave: [PlannedMeasurement]) -> Duration {
    wave.map { $0.scenario.observe + $0.phase }.max() ?? .zero
  }
}

extension Scenario {
  /// The faults of its timeline that disturb other measurements.
  var disturbingFaults: Set<FaultKind> {
    Set(timeline.faults.filter { $0.traits.disturbs != .nobody }.map(\.kind))
  }

  /// Whether something in it burns CPU.
  var spins: Bool { timeline.faults.contains { $0.traits.disturbs.spins } }
}
