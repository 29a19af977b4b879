import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

/// What `impair` does to frames, measured against the requested impairment. `Plausibility` tells how often chance may
/// fail a test; the samples are large enough to find a share that is a quarter off, a delay that is a tenth off,
/// another distribution.
///
/// On a kernel without sch_netem all but the last are skipped there; the user-mode kernel has it (`TestsInGuestTests`).
@Suite("Impairments, measured", .needsNamespaces)
struct ImpairmentTests {
  /// What a busy machine may add to a delay, in milliseconds.
  private static let slack = 5.0

  private func meter(
    _ impairment: Impairment, _ direction: Direction = .toServer, from host: HostName = .client, seed: Int64? = nil
  ) async throws -> FrameMeter {
    let lab = try await Lab.build(Topology(path: .direct), seed: seed)
    try await impair(lab, impairment, direction)
    return try FrameMeter(in: lab, from: host)
  }

  private func impair(_ lab: Lab, _ impairment: Impairment, _ direction: Direction = .toServer) async throws {
    let fault = Impair(lab: lab, cable: .server, direction: direction, impairment: impairment)
    _ = try await fault.inject()
    let proof = try await fault.prove(patience: .zero)
    #expect(proof.verdict == .confirmed, "\(proof.evidence)")
  }

  /// The delays of frames in the order in which they were sent, in milliseconds; all must arrive, once and unharmed.
  private func delays(_ meter: FrameMeter, _ count: Int = 2000) throws -> [Double] {
    let arrivals = try meter.measure(count, every: .milliseconds(1), settle: .seconds(1))
    #expect(arrivals.map(\.number).sorted() == Array(0..<count))
    #expect(arrivals.allSatisfy { $0.damagedBits == 0 })
    return arrivals.sorted { $0.number < $1.number }.map { $0.delay.inSeconds * 1000 }
  }

  /// Which of the frames are lost.
  private func losses(_ meter: FrameMeter, _ count: Int = 10_000) throws -> [Bool] {
    let arrived = Set(try stream(count, through: meter).map(\.number))
    return (0..<count).map { !arrived.contains($0) }
  }

  /// As fast as possible, since no times are measured.
  private func stream(_ count: Int, through meter: FrameMeter) throws -> [FrameMeter.Arrival] {
    try meter.measure(count, together: 50, every: .milliseconds(2), settle: .milliseconds(100))
  }

  private func lie(_ delays: [Double], within range: ClosedRange<Double>) -> Bool {
    delays.allSatisfy { $0 >= range.lowerBound }
      && delays.count { $0 > range.upperBound + Self.slack } * 100 < delays.count
  }

  // MARK: - Delay

  @Test("every frame is delayed by at least the requested delay, and hardly more; the other way none is", .needsNetem)
  func delay() async throws {
    let meter = try await meter(Impairment(delay: .milliseconds(50)))
    #expect(lie(try delays(meter, 500), within: 50...50))
    let back = try await self.meter(Impairment(delay: .milliseconds(50)), from: .server)
    #expect(lie(try delays(back, 500), within: 0...0))
  }

  /// `tc-netem(8)`: delay and jitter, then how they are distributed.
  @Test("delays are distributed as requested, independently of each other", .needsNetem)
  func jitter() async throws {
    for (name, distribution) in Distribution.all {
      let impairment = Impairment(delay: .milliseconds(100), jitter: .milliseconds(20), distribution: name)
      let delays = try delays(try await meter(impairment))
      #expect(Plausibility.isSample(delays) { distribution.below(($0 - 100) / 20) }, "\(name?.rawValue ?? "uniform")")
      #expect(Plausibility.isUncorrelated(delays), "\(name?.rawValue ?? "uniform")")
      // The test would detect the other distributions.
      for (_, other) in Distribution.all where other.name != distribution.name {
        #expect(!Plausibility.isSample(delays) { other.below(($0 - 100) / 20) }, "\(other.name)")
      }
    }
  }

  @Test("a change of the distribution replaces the former one", .needsNetem)
  func otherJitter() async throws {
    let lab = try await Lab.build(Topology(path: .direct))
    for name in [DelayDistribution.pareto, nil, .normal, nil] {
      try await impair(lab, Impairment(delay: .milliseconds(100), jitter: .milliseconds(20), distribution: name))
      guard name == nil else { continue }
      let delays = try delays(try FrameMeter(in: lab))
      #expect(lie(delays, within: 80...120))
      #expect(Plausibility.isSample(delays) { Distribution.uniform.below(($0 - 100) / 20) })
    }
  }

  /// `tabledist` takes the correlated number modulo the jitter, which leaves nothing of the correlation.
  @Test("netem draws each delay independently, whatever correlation is requested", .needsNetem)
  func delayCorrelation() async throws {
    let delays = try delays(
      try await meter(Impairment(delay: .milliseconds(100), jitter: .milliseconds(20), delayCorrelation: 0.9)))
    #expect(lie(delays, within: 80...120))
    #expect(Plausibility.isSample(delays) { Distribution.uniform.below(($0 - 100) / 20) })
    #expect(Plausibility.isUncorrelated(delays))
  }

  // MARK: - Loss

  @Test("the requested share is lost, each frame independently", .needsNetem, arguments: [0.01, 0.1, 0.5])
  func loss(share: Double) async throws {
    let losses = try losses(try await meter(Impairment(loss: share)))
    #expect(Plausibility.isShare(losses.count { $0 }, of: losses.count, share))
    #expect(Plausibility.isUncorrelated(losses.map { $0 ? 1 : 0 }))
  }

  @Test("all frames are lost if that was requested", .needsNetem)
  func everything() async throws {
    #expect(try losses(try await meter(Impairment(loss: 1)), 100).allSatisfy { $0 })
  }

  @Test("correlated loss has the requested share and correlation", .needsNetem)
  func lossCorrelation() async throws {
    for (share, correlation) in [(0.05, 0.25), (0.1, 0.5), (0.3, 0.9)] {
      let losses = try losses(try await meter(Impairment(loss: share, lossCorrelation: correlation)), 30_000)
      // After a loss and after none: both together decide the chain.
      expectChain(
        losses, lossAfterLoss: share + correlation * (1 - share), lossAfterNone: share * (1 - correlation))
      let worth = (1 - correlation) / (1 + correlation)
      #expect(Plausibility.isShare(losses.count { $0 }, of: losses.count, share, worth: worth))
    }
  }

  private func expectChain(
    _ losses: [Bool], lossAfterLoss: Double, lossAfterNone: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (before, expected) in [(true, lossAfterLoss), (false, lossAfterNone)] {
      let followers = zip(losses, losses.dropFirst()).filter { $0.0 == before }.map(\.1)
      let lost = followers.count { $0 }
      #expect(
        Plausibility.isShare(lost, of: followers.count, expected),
        "\(lost) of \(followers.count) lost after \(before ? "a loss" : "none"), and \(expected) are expected",
        sourceLocation: sourceLocation)
    }
  }

  @Test("a Gilbert-Elliott channel is good and bad for the requested times, and loses its shares", .needsNetem)
  func gilbertElliott() async throws {
    let bursts = GilbertElliott(toBad: 0.02, toGood: 0.2)
    expectChain(
      try losses(try await meter(Impairment(gilbertElliott: bursts)), 30_000), lossAfterLoss: 0.8, lossAfterNone: 0.02)
    let mixed = GilbertElliott(toBad: 0.05, toGood: 0.25, lossInBad: 0.8, lossInGood: 0.1)
    let losses = try losses(try await meter(Impairment(gilbertElliott: mixed)), 20_000)
    let (bad, memory) = (0.05 / 0.3, 0.7)
    let share = bad * 0.8 + (1 - bad) * 0.1
    #expect(
      Plausibility.isShare(losses.count { $0 }, of: losses.count, share, worth: (1 - memory) / (1 + memory)))
    // What is lost after a loss tells in which state it was: Bayes.
    let stillBad = bad * 0.8 / share
    let again = stillBad * (0.75 * 0.8 + 0.25 * 0.1) + (1 - stillBad) * (0.95 * 0.1 + 0.05 * 0.8)
    let followers = zip(losses, losses.dropFirst()).filter(\.0).map(\.1)
    #expect(
      Plausibility.isShare(followers.count { $0 }, of: followers.count, again, worth: (1 - memory) / (1 + memory)))
  }

  // MARK: - The other impairments

  @Test("the requested share arrives twice, and no frame three times", .needsNetem)
  func duplicate() async throws {
    let arrivals = try stream(10_000, through: try await meter(Impairment(duplicate: 0.2)))
    let copies = Dictionary(grouping: arrivals, by: \.number).mapValues(\.count)
    #expect(copies.count == 10_000 && copies.values.allSatisfy { $0 <= 2 })
    #expect(Plausibility.isShare(copies.values.count { $0 == 2 }, of: 10_000, 0.2))
  }

  @Test("the requested share overtakes the others, which wait for their delay", .needsNetem)
  func reorder() async throws {
    let delays = try delays(
      try await meter(Impairment(delay: .milliseconds(50), reorder: 0.25)), 4000)
    let early = delays.map { $0 < 25 }
    #expect(Plausibility.isShare(early.count { $0 }, of: early.count, 0.25))
    #expect(Plausibility.isUncorrelated(early.map { $0 ? 1 : 0 }))
    #expect(lie(delays.filter { $0 >= 25 }, within: 50...50))
    #expect(lie(delays.filter { $0 < 25 }, within: 0...0))
  }

  @Test("the requested share has one bit flipped, and arrives", .needsNetem)
  func corrupt() async throws {
    let arrivals = try stream(10_000, through: try await meter(Impairment(corrupt: 0.1)))
    #expect(arrivals.map(\.number) == Array(0..<10_000))
    #expect(arrivals.allSatisfy { $0.damagedBits <= 1 })
    #expect(Plausibility.isShare(arrivals.count { $0.damagedBits == 1 }, of: 10_000, 0.1))
  }

  @Test("a burst gets through at the requested rate, by netem itself", .needsNetem, arguments: [100_000, 1_000_000])
  func rate(bitsPerSecond: Int64) async throws {
    let meter = try await meter(Impairment(delay: .milliseconds(1), rate: bitsPerSecond))
    let arrivals = try meter.measure(200, together: 200, every: .zero, size: 1014, settle: .seconds(2))
    #expect(arrivals.map(\.number) == Array(0..<200))
    try expectRate(of: arrivals, size: 1014, Double(bitsPerSecond), within: 0.005)
  }

  @Test(
    "a stream of twice the requested rate gets through at that rate, by a token bucket",
    .needsTokenBucket)
  func tokenBucket() async throws {
    let meter = try await meter(Impairment(rate: 1_000_000))
    let arrivals = try meter.measure(1000, every: .milliseconds(4), size: 1014, settle: .milliseconds(500))
    // The initial content of the bucket passes at once.
    try expectRate(of: arrivals.filter { $0.at > .seconds(1) }, size: 1014, 1_000_000, within: 0.02)
  }

  @Test("a bare rate is confirmed up to a terabit", .needsTokenBucket, arguments: [20_000_000_000, 1_000_000_000_000])
  func highRate(rate: Int64) async throws {
    try await impair(try await Lab.build(Topology(path: .direct)), Impairment(rate: rate), .both)
  }

  @Test(
    "a rate beside a delay is confirmed up to a terabit", .needsNetem, arguments: [20_000_000_000, 1_000_000_000_000])
  func highRateWithDelay(rate: Int64) async throws {
    let impairment = Impairment(delay: .milliseconds(1), rate: rate)
    try await impair(try await Lab.build(Topology(path: .direct)), impairment, .both)
  }

  private func expectRate(
    of arrivals: [FrameMeter.Arrival], size: Int, _ expected: Double, within tolerance: Double
  ) throws {
    let (first, last) = (try #require(arrivals.first), try #require(arrivals.last))
    let rate = Double((arrivals.count - 1) * size * 8) / (last.at - first.at).inSeconds
    #expect(abs(rate / expected - 1) <= tolerance, "\(rate) bit/s, and \(expected) are expected")
  }

  // MARK: - Seeds

  /// TCA_NETEM_PRNG_SEED is there since Linux 6.6.
  private static let kernelTakesSeeds: Bool = {
    let numbers = CurrentProcess.kernelRelease().split(separator: ".").prefix(2).compactMap { Int($0) }
    return Machine.has(.netem) && numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 6)
  }()

  @Test(
    "the same seed loses the same frames, another seed, direction or injection others",
    .enabled(if: kernelTakesSeeds, "this kernel's netem takes no seed"))
  func seeds() async throws {
    let half = Impairment(loss: 0.5)
    func lost(_ seed: Int64, from host: HostName = .client, injections: Int = 1) async throws -> [Bool] {
      let lab = try await Lab.build(Topology(path: .direct), seed: seed)
      for number in 1...injections {
        try await impair(lab, number == injections ? half : Impairment(loss: 0.4), .both)
      }
      return try losses(try FrameMeter(in: lab, from: host), 1000)
    }
    let first = try await lost(1)
    #expect(try await lost(1) == first)
    #expect(try await lost(2) != first)
    #expect(try await lost(1, from: .server) != first)
    #expect(try await lost(1, injections: 2) != first)
  }
}
