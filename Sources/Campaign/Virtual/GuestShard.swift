import Model

/// The measurements that one guest makes, one after another: some trials of one detector, seen from one side.
///
/// How a plan is cut depends only on each detector's own trials, so that a row is the same whatever else is measured,
/// and however many guests run at a time.
struct GuestShard: Sendable, Hashable {
  /// At least one, in the order of trials.
  var measurements: [PlannedMeasurement]

  /// A boot costs as much as about ten short measurements; a guest that dies costs its current measurement.
  static let largest = 20

  static func split(_ plan: Plan) -> [GuestShard] {
    struct Key: Hashable {
      let scenario: String
      let detector: String
      let observer: Observer
      let block: Int
    }
    var order: [Key] = []
    var parts: [Key: GuestShard] = [:]
    for measurement in plan.measurements {
      let key = Key(
        scenario: measurement.scenario.name, detector: measurement.detector.name, observer: measurement.observer,
        block: (measurement.trial - 1) / largest)
      if parts[key] == nil { order.append(key) }
      parts[key, default: GuestShard(measurements: [])].measurements.append(measurement)
    }
    return order.compactMap { parts[$0] }
  }

  /// The rest after the first `count` measurements; nil if there is none.
  func dropping(_ count: Int) -> GuestShard? {
    count < measurements.count ? GuestShard(measurements: Array(measurements.dropFirst(count))) : nil
  }
}
