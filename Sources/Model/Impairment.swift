/// What a cable does to every frame that passes it, in each direction: tc-netem(8) and tc-tbf(8).
///
/// Shares are fractions, 0 to 1. Everything except a bare rate limit needs netem.
public struct Impairment: Sendable, Hashable {
  /// One-way delay added to each frame.
  public var delay: Duration?
  /// Variation of the delay; requires `delay`.
  public var jitter: Duration?
  /// How the delay is distributed over delay +- jitter; requires `jitter`. nil: uniformly.
  public var distribution: DelayDistribution?
  /// How much each frame's delay depends on the one before; requires `jitter`.
  public var delayCorrelation: Double?
  /// Share of frames lost, each independently or, with `lossCorrelation`, depending on the one before.
  public var loss: Double?
  /// The correlation coefficient of the losses of neighbouring frames, from 0 to below 1; requires `loss`.
  public var lossCorrelation: Double?
  /// Loss in bursts, instead of `loss`.
  public var gilbertElliott: GilbertElliott?
  /// Share of frames sent twice.
  public var duplicate: Double?
  /// Share of frames sent at once, overtaking those that wait for their delay; requires `delay`.
  public var reorder: Double?
  /// Share of frames in which one bit is flipped.
  public var corrupt: Double?
  /// Rate limit in bits per second.
  public var rate: Int64?

  public init(
    delay: Duration? = nil, jitter: Duration? = nil, distribution: DelayDistribution? = nil,
    delayCorrelation: Double? = nil, loss: Double? = nil, lossCorrelation: Double? = nil,
    gilbertElliott: GilbertElliott? = nil, duplicate: Double? = nil, reorder: Double? = nil, corrupt: Double? = nil,
    rate: Int64? = nil
  ) {
    self.delay = delay
    self.jitter = jitter
    self.distribution = distribution
    self.delayCorrelation = delayCorrelation
    self.loss = loss
    self.lossCorrelation = lossCorrelation
    self.gilbertElliott = gilbertElliott
    self.duplicate = duplicate
    self.reorder = reorder
    self.corrupt = corrupt
    self.rate = rate
  }

  /// Whether it needs netem (anything except a bare rate limit does).
  public var needsNetem: Bool { self != Impairment(rate: rate) }

  /// Whether no frame gets through at all.
  public var losesEverything: Bool { loss == 1 }

  /// `delay=20ms jitter=5ms loss=0.5%`, as in the CSV's `cables` and `fault_target` columns.
  public var spelled: String {
    let parts = [
      delay.map { "delay=\($0.spelled)" }, jitter.map { "jitter=\($0.spelled)" },
      distribution.map { "distribution=\($0.rawValue)" },
      delayCorrelation.map { "delayCorrelation=\(percent($0))" }, loss.map { "loss=\(percent($0))" },
      lossCorrelation.map { "lossCorrelation=\(percent($0))" },
      gilbertElliott.map {
        "gilbertElliott=\(percent($0.toBad))/\(percent($0.toGood))/\(percent($0.lossInBad))/\(percent($0.lossInGood))"
      },
      duplicate.map { "duplicate=\(percent($0))" }, reorder.map { "reorder=\(percent($0))" },
      corrupt.map { "corrupt=\(percent($0))" }, rate.map { "rate=\($0)bit/s" },
    ]
    return parts.compactMap { $0 }.joined(separator: " ")
  }

  private func percent(_ share: Double) -> String { Percentage.spell(share) }

  /// Its text in a scenario's hash: shares as fractions, and the first four even if they are not set.
  public var parameters: [FaultParameter] {
    let first = [
      FaultParameter("delay", delay?.spelled ?? ""), FaultParameter("jitter", jitter?.spelled ?? ""),
      FaultParameter("loss", loss.map { "\($0)" } ?? ""), FaultParameter("rate", rate.map { "\($0)" } ?? ""),
    ]
    let others = [
      distribution.map { FaultParameter("distribution", $0.rawValue) },
      delayCorrelation.map { FaultParameter("delayCorrelation", "\($0)") },
      lossCorrelation.map { FaultParameter("lossCorrelation", "\($0)") },
      gilbertElliott.map {
        FaultParameter("gilbertElliott", "\($0.toBad)/\($0.toGood)/\($0.lossInBad)/\($0.lossInGood)")
      },
      duplicate.map { FaultParameter("duplicate", "\($0)") }, reorder.map { FaultParameter("reorder", "\($0)") },
      corrupt.map { FaultParameter("corrupt", "\($0)") },
    ]
    return first + others.compactMap { $0 }
  }

  /// The discipline that implements it: netem, or a token bucket for a bare rate.
  public var requires: Set<FaultRequirement> {
    if needsNetem { return [.netem] }
    return rate == nil ? [] : [.tokenBucket]
  }
}

/// The distributions of netem's delay, by the names of its tables.
public enum DelayDistribution: String, Sendable, Hashable, CaseIterable {
  case normal, pareto, paretonormal
}

/// Loss in bursts: a channel that is either good or bad (Gilbert 1960, Elliott 1963) and may change with each frame.
public struct GilbertElliott: Sendable, Hashable {
  /// Probability of going from good to bad, netem's `p`.
  public var toBad: Double
  /// Probability of going from bad to good, netem's `r`.
  public var toGood: Double
  /// Share of frames lost while bad, netem's `1-h`.
  public var lossInBad: Double
  /// Share of frames lost while good, netem's `1-k`.
  public var lossInGood: Double

  public init(toBad: Double, toGood: Double, lossInBad: Double = 1, lossInGood: Double = 0) {
    self.toBad = toBad
    self.toGood = toGood
    self.lossInBad = lossInBad
    self.lossInGood = lossInGood
  }
}
