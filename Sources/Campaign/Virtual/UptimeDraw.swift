import Model

/// When measurements on the virtual clock begin.
///
/// A long timer fires at multiples of 8^n ticks of the kernel's uptime (calc_wheel_index, kernel/time/timer.c). A guest
/// that always measured right after its boot would see only one alignment, and so a distribution with one point.
/// Therefore each trial begins at an uptime that is drawn uniformly, stratified over the trials, from a period of 8^6
/// ticks: the granularity of timers of up to 46 hours at HZ=100. All detectors of a trial share its draw.
struct UptimeDraw: Sendable {
  let seed: Int64
  let hz: Int

  /// The longest wait of a measurement for its drawn uptime.
  var period: Duration { .nanoseconds(262_144 * 1_000_000_000 / Int64(hz)) }

  /// The first such instant after `now`.
  func start(of measurement: PlannedMeasurement, after now: Instant) -> Instant {
    let offset = offset(of: measurement).inNanoseconds
    let (period, now) = (period.inNanoseconds, now.nanoseconds)
    let whole = max(0, now - offset + period - 1) / period
    return Instant(nanoseconds: whole * period + offset)
  }

  private func offset(of measurement: PlannedMeasurement) -> Duration {
    let scenario = measurement.scenario.name
    return Strata(trials: measurement.trialsPlanned, order: KeyedRandom(seed: seed, scenario, "uptime order"))
      .point(
        of: period, trial: measurement.trial, by: KeyedRandom(seed: seed, scenario, "uptime", "\(measurement.trial)"))
  }
}
