import Model
import Testing

@testable import Detectors

/// Ten thousand outages, and timeouts of weeks over seconds: each of these would take minutes if its work grew with both.
@Suite(
  "Predictions of extreme scenarios are quick, and the same as those worked out step by step",
  .timeLimit(.minutes(1)))
struct BoundedWorkTests {
  private var kernel: KernelTimers { KernelTimers(hz: 1000) }

  private func pulls(_ times: Int, lasting: Duration, every: Duration) -> [EffectSpan] {
    (0..<times).map { round in
      EffectSpan(effect: .pathBroken(hostUnreachable: false), start: every * round, end: every * round + lasting)
    }
  }

  @Test("repeated firings come where one after the other would", arguments: [nil, 0, 4_294_667_296] as [Int64?])
  func repeatedFirings(origin: Int64?) {
    var random = RandomSeries(seed: 1)
    for _ in 0..<300 {
      let delay = Int64(random.uniform(1...200_000))
      let first = Firing(earliest: 5, latest: 5 + Int64(random.uniform(0...3)), origin: origin).after(delay)
      let count = Int64(random.uniform(0...40))
      var expected = first
      for _ in 0..<count { expected = expected.after(delay) }
      // Just as far as the last of them, and not so far as the next.
      let wait = expected.after(delay).latest - expected.latest
      for spare in [0, wait - 1] {
        #expect(first.repeated(every: delay, upTo: expected.latest + spare) == expected)
      }
    }
  }

  @Test("a firing between the wheel's multiples is not repeated as if it were on one")
  func unsteady() {
    let first = Firing(earliest: 3, latest: 40)
    #expect(first.repeated(every: 1000, upTo: 1_000_000) == first)
    let known = Firing(earliest: 3, latest: 3, alignment: 512, origin: 1)
    #expect(known.repeated(every: 1000, upTo: 1_000_000) == known)
  }

  @Test("a timer at TCP_RTO_MAX gives up when it would if each retransmission were counted")
  func cappedTimer() {
    var random = RandomSeries(seed: 2)
    for round in 0..<300 {
      let origin: Int64? = round.isMultiple(of: 2) ? nil : Int64(random.uniform(0...100_000))
      let first = Firing(earliest: 200, latest: origin == nil ? 230 : 200, origin: origin)
      let longest = Int64(random.uniform(300...5000))
      let timer = RetransmissionTimer(first: first, timeout: 204, longest: longest)
      let budget = Int64(random.uniform(1000...300_000))

      var since = [Firing(earliest: 0, latest: 0, origin: origin.map { $0 + first.earliest })]
      var waits = [min(408, longest)]
      while since[since.count - 1].earliest - 1 < budget {
        since.append(since[since.count - 1].after(waits[waits.count - 1]))
        waits.append(min(2 * waits[waits.count - 1], longest))
      }
      let over = since.dropFirst().first { $0.latest + 1 >= budget }
      let last = since[since.count - 1]
      let lowest = over.map { max($0.earliest, budget - 1) } ?? budget
      let end = timer.end(budget: budget, clamped: false, reverting: false)
      #expect(end.givenUp == (first.earliest + lowest)...(first.latest + last.latest))

      let heal = Int64(random.uniform(1000...300_000))
      let next = since.firstIndex { first.earliest + $0.earliest >= heal }
      if let next, next > 0 {
        let wait = waits[next - 1]
        let bound = heal + wait + TimerWheel.granularity(wait)
        let expected = min(bound, first.latest + since[next].latest)
        #expect(timer.attempt(after: heal, spread: 0, reverting: false) == expected)
      }
      let clamped = timer.end(budget: budget, clamped: true, reverting: false)
      let shortened = zip(since, waits).first { $0.1 > budget - $0.0.latest }
      if origin == nil, let (attempt, wait) = shortened {
        let slack = TimerWheel.granularity(min(wait, budget - attempt.earliest))
        #expect(clamped.givenUp.upperBound == first.latest + max(attempt.latest, budget + slack))
      }
    }
  }

  @Test("ten thousand outages that nobody notices are told as three are")
  func repeatedOutages() {
    let settings: [DetectorSettings] = [
      .none, .userTimeout(UserTimeoutSettings(timeout: .milliseconds(2_147_483_647))),
      .retransmission(RetransmissionSettings(retries2: 100, rtoMax: .seconds(1))),
      .requestTimeout(RequestTimeoutSettings(timeout: .seconds(3600))),
      .heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3600))),
      .connect(ConnectSettings(interval: .seconds(1), synRetries: 100)),
      .chen(ChenSettings(interval: .seconds(1), margin: .seconds(3600), window: 10)), keepalive(1, 1, 9),
    ]
    let workload = Workload.requests(every: .milliseconds(1), timeout: .seconds(1))
    for (lasting, every) in [(10, 2000), (900, 20_000)] {
      func prediction(_ settings: DetectorSettings, _ times: Int) -> Prediction {
        let effects = pulls(times, lasting: .milliseconds(lasting), every: .milliseconds(every))
        return settings.prediction(of: effects, workload: workload, kernel: KernelTimers(hz: 10_000))
      }
      for settings in settings { #expect(prediction(settings, 10_000) == prediction(settings, 3), "\(settings)") }
    }
  }

  @Test("outages that follow closely on each other are one, of which a timeout of weeks takes no notice")
  func closeOutages() {
    let effects = pulls(10_000, lasting: .milliseconds(10), every: .milliseconds(20))
    let settings = DetectorSettings.userTimeout(UserTimeoutSettings(timeout: .milliseconds(2_147_483_647)))
    let workload = Workload.requests(every: .milliseconds(1), timeout: .seconds(1))
    #expect(settings.prediction(of: effects, workload: workload, kernel: KernelTimers(hz: 1000)) == .never)
  }

  @Test("the verdict on outages of one kind is worked out twice at most: for the one at t0 and for a later one")
  func countedVerdicts() {
    let effects = pulls(10_000, lasting: .milliseconds(10), every: .seconds(2))
    let circumstances = Circumstances(effects: effects, workload: seconds1Requests, kernel: kernel)
    let transmission = RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil)
    var asked = 0
    let course = OutageCourse(outages: Outages(effects, needing: .kernel), transmission: transmission)
    let prediction = course.prediction { _, start in
      asked += 1
      let start = start ?? .zero
      return .declared((start + .seconds(100))...(start + .seconds(101)), lastAttempt: nil)
    }
    #expect(prediction == .never)
    #expect(asked == 2)
  }

  @Test("each outage is judged by its own length and place, however many came before")
  func oneThatMatters() {
    var effects = pulls(1000, lasting: .milliseconds(10), every: .seconds(20))
    let heartbeat = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))
    let request = DetectorSettings.requestTimeout(RequestTimeoutSettings(timeout: .seconds(3)))
    for settings in [heartbeat, request] {
      #expect(settings.prediction(of: effects, workload: seconds1Requests, kernel: kernel) == .never)
    }
    effects[700].end = nil
    effects.removeSubrange(701...)
    let start = effects[700].start
    for settings in [heartbeat, request] {
      let alone = settings.prediction(of: broken(), workload: seconds1Requests, kernel: kernel)
      guard case .range(let least, let most) = alone else {
        Issue.record("\(alone)")
        continue
      }
      let prediction = settings.prediction(of: effects, workload: seconds1Requests, kernel: kernel)
      #expect(prediction == .range(min: start + least, max: start + most), "\(settings)")
    }
  }

  @Test("keepalive under a user timeout of weeks is followed in a few steps")
  func longUserTimeout() throws {
    let weeks = Duration.milliseconds(2_147_483_647)
    let prediction = keepalive(1, 1, 9, userTimeout: weeks).prediction(
      of: broken(), workload: .idle, kernel: kernel)
    let seconds = try #require(prediction.seconds)
    #expect(seconds.lowerBound > weeks.inSeconds - 3 && seconds.upperBound < weeks.inSeconds + 3)
    let timer = KeepaliveTimer(idle: 1000, interval: 1000, probes: 9, userTimeout: 2_147_483_647, roundTrip: 1)
    let state = KeepaliveTimer.State(firing: Firing(earliest: 1001, latest: 1064), heard: 0...0, unanswered: 0)
    #expect(timer.fate(of: [state], on: .broken).states < 20)
  }

  @Test("probes skipped under a user timeout end as those that are followed one by one")
  func skippedProbes() {
    for timeout in stride(from: Int64(3000), to: 400_000, by: 7919) {
      for first in [1001...1064, 1024...1024] as [ClosedRange<Int64>] {
        let timer = KeepaliveTimer(idle: 1000, interval: 1000, probes: 9, userTimeout: timeout, roundTrip: 1)
        let firing = Firing(earliest: first.lowerBound, latest: first.upperBound, alignment: 1)
        let fate = timer.fate(
          of: [KeepaliveTimer.State(firing: firing, heard: 0...0, unanswered: 0)], on: .broken)
        // One by one: the first firing at which the age can have reached the timeout.
        var next = firing
        while next.latest < timeout { next = next.after(1000) }
        // Those whose age was a jiffy less then are declared a wait later.
        let expected = next.earliest >= timeout ? next.earliest...next.latest : timeout...(timeout - 1 + 1024)
        #expect(fate.declared == expected, "\(timeout) \(first)")
      }
    }
  }

  @Test("too many possibilities are given up after so many states")
  func abandoned() {
    let circumstances = Circumstances(effects: [], workload: .idle, kernel: kernel)
    let effects = pulls(10_000, lasting: .milliseconds(200), every: .milliseconds(500))
    let path = ProbedPath(
      Outages(effects, needing: .kernel), zero: .zero, known: .zero, interval: 3000, circumstances: circumstances)
    let timer = KeepaliveTimer(idle: 10_000, interval: 3000, probes: 127, userTimeout: nil, roundTrip: 1)
    let state = KeepaliveTimer.State(firing: Firing(earliest: 0, latest: 10_512), heard: -10_512...0, unanswered: 0)
    let fate = timer.fate(of: [state], on: path)
    #expect(fate.abandoned)
    // The last state may have added as many as there are outages.
    #expect(fate.states <= KeepaliveTimer.mostStates + 2 * effects.count)
  }

  @Test("a probe's fates are those that the outages around it decide")
  func neighbouringOutages() {
    var random = RandomSeries(seed: 3)
    for unreachable in [false, true] {
      var start = Duration.zero
      let effects = (0..<400).map { _ in
        start += .milliseconds(Int64(random.uniform(2...4000)))
        let end = start + .microseconds(Int64(random.uniform(1...3_000_000)))
        defer { start = end }
        return EffectSpan(effect: .pathBroken(hostUnreachable: unreachable), start: start, end: end)
      }
      let circumstances = Circumstances(effects: effects, workload: .idle, kernel: kernel)
      func path(_ effects: some Sequence<EffectSpan>) -> ProbedPath {
        ProbedPath(
          Outages(Array(effects), needing: .kernel), zero: .zero, known: .zero, interval: 1000,
          circumstances: circumstances)
      }
      let all = path(effects)
      for _ in 0..<300 {
        let earliest = Int64(random.uniform(100_000...600_000))
        let firing = Firing(earliest: earliest, latest: earliest + Int64(random.uniform(0...9000)))
        let near = Duration.milliseconds(earliest - 60_000)...Duration.milliseconds(firing.latest + 60_000)
        let around = path(effects.filter { near.contains($0.start) })
        let fates = all.fates(of: firing)
        #expect(!fates.isEmpty)
        #expect(fates.map { "\($0)" } == around.fates(of: firing).map { "\($0)" })
      }
    }
  }
}
