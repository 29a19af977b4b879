import Model
import Results
import Testing

@Suite("The fidelity of the virtual clock")
struct FidelityTests {
  /// A detection by one clock, with a predicted range of 2 to 2.1 s.
  private func measured(_ clock: Clock, trial: Int = 1, _ detection: Double) -> ResultRow {
    var row = row(.detected, trial: trial, detection: detection)
    row.clock = clock
    row.kernel = clock == .virtual ? "6.12.94" : "6.18.5"
    row.hz = clock == .virtual ? 100 : 250
    row.run = clock.rawValue
    row.signal = .errno("ETIMEDOUT")
    row.predictedMin = .seconds(2)
    row.predictedMax = .milliseconds(2100)
    row.withinPrediction = true
    return row
  }

  private func fidelity(_ rows: [ResultRow], pairsNeeded: Int = 1) -> Fidelity {
    var builder = FidelityBuilder()
    for row in rows { builder.add(row) }
    return builder.fidelity(pairsNeeded: pairsNeeded)
  }

  private func verdict(_ real: ResultRow, _ virtual: ResultRow) throws -> ClockPair.Verdict {
    let groups = fidelity([real, virtual]).groups
    #expect(groups.count == 1)
    return try #require(groups.first?.pairs.first).verdict
  }

  @Test("a difference may be as wide as both ranges with their ticks, and not a nanosecond wider")
  func bound() throws {
    // 2 ticks and 3 ms after, one tick before: 11 and 4 ms at HZ=250, 23 and 10 ms at HZ=100.
    let cases: [(difference: Int64, ClockPair.Verdict)] = [
      (100_000_000 + 23_000_000 + 4_000_000, .agrees), (127_000_001, .differs(.detection)),
      (-100_000_000 - 11_000_000 - 10_000_000, .agrees), (-121_000_001, .differs(.detection)), (0, .agrees),
    ]
    for (difference, expected) in cases {
      let real = measured(.real, 2.05)
      var virtual = measured(.virtual, 2.05)
      virtual.detection = virtual.detection.map { $0 + .nanoseconds(difference) }
      #expect(try verdict(real, virtual) == expected, "\(difference) ns")
      // The order of the files decides nothing.
      #expect(fidelity([virtual, real]).groups.first?.pairs.first?.verdict == expected)
    }
  }

  @Test("the uncertainty of the fault widens it on both sides, the lag of the event loop only what comes late")
  func uncertainty() throws {
    func allowed(_ change: (inout ResultRow) -> Void, of clock: Clock) throws -> ClosedRange<Duration> {
      var (real, virtual) = (measured(.real, 2), measured(.virtual, 2))
      if clock == .real { change(&real) } else { change(&virtual) }
      return try #require(fidelity([real, virtual]).groups.first?.pairs.first?.allowed)
    }
    let (least, most) = (Duration.milliseconds(-121), Duration.milliseconds(127))
    #expect(try allowed({ _ in }, of: .real) == least...most)
    for clock in Clock.allCases {
      #expect(
        try allowed({ $0.faultUncertainty = .milliseconds(1) }, of: clock)
          == (least - .milliseconds(1))...(most + .milliseconds(1)))
    }
    #expect(try allowed({ $0.lag = .milliseconds(5) }, of: .virtual) == least...(most + .milliseconds(5)))
    #expect(try allowed({ $0.lag = .milliseconds(5) }, of: .real) == (least - .milliseconds(5))...most)
  }

  @Test("where the jiffies are known the ranges are a tick wide, and a difference that they do not explain is found")
  func exact() throws {
    func exactly(_ clock: Clock, _ detection: Double, predicted: Double) -> ResultRow {
      var row = measured(clock, detection)
      row.predictedMin = Duration(seconds: predicted)
      row.predictedMax = Duration(seconds: predicted)
      return row
    }
    // Three timers that the wheel rounds up by up to 8 ticks each: 32 ms at HZ=250, 80 ms at HZ=100.
    let real = exactly(.real, 2.012, predicted: 2.011)
    #expect(try verdict(real, exactly(.virtual, 2.231, predicted: 2.230)) == .agrees)
    #expect(try verdict(real, exactly(.virtual, 2.151, predicted: 2.230)) == .differs(.detection))
  }

  @Test("another outcome or signal differs; without a prediction on both sides nothing is decided")
  func outcomes() throws {
    let real = measured(.real, 2.05)
    var other = measured(.virtual, 2.05)
    other.signal = .errno("EHOSTUNREACH")
    #expect(try verdict(real, other) == .differs(.signal))
    var missed = measured(.virtual, 2)
    missed.outcome = .missed
    missed.detection = nil
    missed.withinPrediction = false
    #expect(try verdict(real, missed) == .differs(.outcome))
    missed.withinPrediction = nil
    #expect(try verdict(real, missed) == .undecided)
    var never = measured(.real, 2)
    (never.outcome, never.detection, never.signal) = (.missed, nil, nil)
    (never.predictedMin, never.predictedMax) = (nil, nil)
    var alsoNever = never
    alsoNever.clock = .virtual
    alsoNever.run = "v"
    #expect(try verdict(never, alsoNever) == .agrees)
  }

  @Test("only rows of the same plan, trial, number of trials, seed, detector, observer and mode are pairs")
  func pairing() {
    let virtual = measured(.virtual, 2.05)
    let changes: [(inout ResultRow) -> Void] = [
      { $0.plan = "fedcba9876543210" }, { $0.trial = 2 }, { $0.trialsPlanned = 11 }, { $0.seed = 8 },
      { $0.detector = "other" }, { $0.observer = .server }, { $0.mode = .watch },
    ]
    #expect(fidelity([measured(.real, 2), virtual]).pairs == 1)
    for (index, change) in changes.enumerated() {
      var real = measured(.real, 2)
      change(&real)
      #expect(fidelity([real, virtual]).pairs == 0, "change \(index)")
    }
  }

  @Test("rows that do not count and rows without a partner are counted, and are no pairs")
  func unpaired() {
    var unconfirmed = measured(.real, trial: 3, 9)
    unconfirmed.faultVerdict = .mismatch
    let rows = [
      measured(.real, trial: 1, 2), measured(.virtual, trial: 1, 2), measured(.real, trial: 2, 2), unconfirmed,
      measured(.virtual, trial: 3, 2),
    ]
    let group = fidelity(rows).groups.first
    #expect(group?.pairs.count == 1)
    #expect(group?.unpaired == 3)
  }

  @Test("kernels are told apart: each that ran a clock's rows makes a group of its own")
  func kernels() {
    var older = measured(.virtual, 2.3)
    older.kernel = "6.1.170"
    older.run = "older"
    let fidelity = fidelity([measured(.real, 2), older, measured(.virtual, 2)])
    #expect(fidelity.groups.map(\.virtual?.kernel) == ["6.1.170", "6.12.94"])
    #expect(fidelity.groups.map(\.differing.count) == [1, 0])
    #expect(fidelity.groups.map(\.real?.hz) == [250, 250])
  }

  @Test("the status is failed if a pair differs, inconclusive if there are too few, or none could be compared")
  func status() {
    let pairs = (1...5).flatMap { [measured(.real, trial: $0, 2), measured(.virtual, trial: $0, 2.1)] }
    #expect(fidelity(pairs, pairsNeeded: 5).exitStatus == .success)
    #expect(fidelity(pairs, pairsNeeded: 6).exitStatus == .inconclusive)
    #expect(fidelity(pairs.filter { $0.clock == .real }, pairsNeeded: 1).exitStatus == .inconclusive)
    #expect(fidelity([]).exitStatus == .inconclusive)
    var differing = pairs
    differing[3].detection = .seconds(3)
    #expect(fidelity(differing, pairsNeeded: 6).exitStatus == .failed)
    var undecided = pairs
    for index in undecided.indices { undecided[index].withinPrediction = nil }
    #expect(fidelity(undecided, pairsNeeded: 1).exitStatus == .inconclusive)
    // A detector of which only one clock has rows is short too.
    var alone = measured(.virtual, 2)
    alone.detector = "alone"
    #expect(fidelity(pairs + [alone], pairsNeeded: 5).exitStatus == .inconclusive)
  }

  /// Keepalive 1 s, 1 s, 2 probes, heard of 300 ms before t0: three timers, each 1 to 8 ticks late.
  private func keepalive(_ clock: Clock, trial: Int, rate: Double = 1) -> ResultRow {
    var row = measured(clock, trial: trial, 0)
    var random = KeyedRandom(seed: 7, clock.rawValue, "\(trial)")
    let tick = 1 / Double(row.hz)
    let late = (0..<3).reduce(0) { sum, _ in sum + Double(random.next() % 8 + 1) } * tick
    row.detection = Duration(seconds: (3 + late) * rate - 0.3)
    row.predictedMin = Duration(seconds: 2.7 + 3 * tick)
    row.predictedMax = Duration(seconds: 2.7 + 24 * tick)
    return row
  }

  @Test("two kernels that round as the wheel does agree in a thousand trials; one whose clock is 15 % off does not")
  func simulated() throws {
    let agreeing = fidelity((1...1000).flatMap { [keepalive(.real, trial: $0), keepalive(.virtual, trial: $0)] })
    #expect(agreeing.decided == 1000 && agreeing.differing == 0)
    let difference = try #require(agreeing.groups.first?.difference)
    #expect(difference.lowerBound < .milliseconds(20) && difference.upperBound > .milliseconds(150))
    for rate in [0.85, 1.15] {
      let off = fidelity(
        (1...1000).flatMap { [keepalive(.real, trial: $0), keepalive(.virtual, trial: $0, rate: rate)] })
      #expect(off.differing > 900 && off.exitStatus == .failed)
    }
  }
}
