import Model

extension PlannedMeasurement {
  /// How many ordinary measurements it counts for: a herd's connections keep a client as busy as several, and a crowd
  /// that fills an accept queue takes as many descriptors.
  fileprivate var weight: Int {
    let crowds = scenario.timeline.entries.contains { entry in
      if case .inject(.listenOverflow, _) = entry.action { true } else { false }
    }
    return 1 + scenario.clients / 50 + (crowds ? scenario.acceptQueue / 40 : 0)
  }
}

/// Which measurements run side by side.
enum Waves {
  /// Splits a plan into waves of at most `jobs` measurements, in the plan's order as far as the limits allow.
  ///
  /// What disturbs others is limited further, to five to a processor. Spinning servers make wake-ups late, so they share
  /// their waves with nobody else; routers that are rebuilt hold the kernel's RTNL lock for milliseconds each.
  static func split(_ measurements: [PlannedMeasurement], jobs: Int, processors: Int) -> [[PlannedMeasurement]] {
    var waves: [[PlannedMeasurement]] = []
    var disturbing: [[FaultKind: Int]] = []
    for measurement in measurements {
      let kinds = measurement.scenario.disturbingFaults
      let fitting = waves.indices.first { wave in
        waves[wave].map(\.weight).reduce(0, +) + measurement.weight <= max(jobs, measurement.weight)
          && kinds.contains(.cpuSaturation) == disturbing[wave].keys.contains(.cpuSaturation)
          && kinds.allSatisfy { disturbing[wave][$0, default: 0] < 5 * processors }
      }
      let wave = fitting ?? waves.endIndex
      if wave == waves.endIndex {
        waves.append([])
        disturbing.append([:])
      }
      waves[wave].append(measurement)
      for kind in kinds { disturbing[wave][kind, default: 0] += 1 }
    }
    return waves
  }

  /// How long a wave lasts if no detector decides early.
  static func longest(_ wave: [PlannedMeasurement]) -> Duration {
    wave.map { $0.scenario.observe + $0.phase }.max() ?? .zero
  }
}

extension Scenario {
  /// The faults of its timeline that disturb other measurements.
  var disturbingFaults: Set<FaultKind> {
    Set(
      timeline.entries.compactMap { entry in
        guard case .inject(let fault, _) = entry.action else { return nil }
        switch fault {
        case .cpuSaturation(.stall): return nil
        // The hosts and routers that are rebuilt.
        case .cpuSaturation, .routerRestart, .routerCrash, .hostCrash, .hostReboot: return fault.kind
        default: return nil
        }
      })
  }
}
