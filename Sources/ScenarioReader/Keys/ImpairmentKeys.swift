import Model

/// The keys of an impairment: what a cable does to frames, as a standing impairment or by the fault `impair`.
struct ImpairmentKeys: Sendable {
  /// A standing impairment must let some frames through: otherwise no connection could open.
  static let ofCable = Kind<Impairment>.mapping(
    Section(
      "an impairment", standing.parameters.map(\.description), needsAny: true, companions: standing.companions)
  ) { fields, problems in
    standing.read(fields, &problems)
  }

  static let standing = ImpairmentKeys(share: .partial)
  static let fault = ImpairmentKeys(share: .any)

  let loss: Key<Double>
  let corrupt: Key<Double>

  /// `share`: the allowed share of lost or damaged frames.
  private init(share: PercentageRule) {
    loss = Key(
      "loss", .percentage(share), .optional,
      "Share of the frames that are lost, per direction; not with `gilbertElliott`.")
    corrupt = Key("corrupt", .percentage(share), .optional, "Share of the frames in which one bit is flipped.")
  }

  let delay = Key("delay", .duration(.positive), .optional, "One-way delay added to each frame.")
  let jitter = Key(
    "jitter", .duration(.positive), .optional,
    "Variation of the delay: uniform over delay +- jitter, unless `distribution` says otherwise; needs `delay`.")
  let distribution = Key(
    "distribution", .word(DelayDistribution.self, "distribution"), .derived("uniform"),
    "How the delay is distributed, by netem's tables, with the jitter as its scale; needs `jitter`.")
  let delayCorrelation = Key(
    "delayCorrelation", .percentage(.any), .optional,
    "How much the delay of each frame should depend on that of the one before; needs `jitter`. netem (seen on Linux 6.12) "
      + "still draws each delay independently.")
  let lossCorrelation = Key(
    "lossCorrelation", .percentage(.partial), .optional,
    "How much the loss of each frame depends on that of the one before, at the same total share; needs `loss`.")
  let gilbertElliott = Key(
    "gilbertElliott", GilbertElliottKeys.kind, .optional,
    "Loss in bursts, by a channel that is either good or bad; not with `loss`.")
  let duplicate = Key("duplicate", .percentage(.any), .optional, "Share of the frames that are sent twice.")
  let reorder = Key(
    "reorder", .percentage(.any), .optional,
    "Share of the frames that are sent at once, overtaking those that wait for their delay; needs `delay`.")
  let rate = Key("rate", .rate, .optional, "Limit of the rate, per direction, in bits per second.")

  /// The keys that need others.
  var companions: [String: [String]] {
    [
      jitter.name: [delay.name], distribution.name: [jitter.name], delayCorrelation.name: [jitter.name],
      lossCorrelation.name: [loss.name], reorder.name: [delay.name],
    ]
  }

  var parameters: [Parameter] {
    [
      Parameter(delay), Parameter(jitter), Parameter(distribution), Parameter(delayCorrelation), Parameter(loss),
      Parameter(lossCorrelation), Parameter(gilbertElliott), Parameter(duplicate), Parameter(reorder),
      Parameter(corrupt), Parameter(rate),
    ]
  }

  func read(_ fields: Fields, _ problems: inout Problems) -> Impairment {
    let (delay, jitter) = (fields.read(delay, &problems), fields.read(jitter, &problems))
    let impairment = Impairment(
      delay: delay?.value, jitter: jitter?.value, distribution: fields.read(distribution, &problems)?.value,
      delayCorrelation: fields.read(delayCorrelation, &problems)?.value, loss: fields.read(loss, &problems)?.value,
      lossCorrelation: fields.read(lossCorrelation, &problems)?.value,
      gilbertElliott: fields.read(gilbertElliott, &problems)?.value,
      duplicate: fields.read(duplicate, &problems)?.value, reorder: fields.read(reorder, &problems)?.value,
      corrupt: fields.read(corrupt, &problems)?.value, rate: fields.read(rate, &problems)?.value)
    check(self.jitter, needs: self.delay, "the delay that varies", fields, &problems)
    check(distribution, needs: self.jitter, "the jitter that is distributed", fields, &problems)
    check(delayCorrelation, needs: self.jitter, "the jitter that is correlated", fields, &problems)
    check(lossCorrelation, needs: loss, "the loss that is correlated", fields, &problems)
    check(reorder, needs: self.delay, "the delay that the others wait out", fields, &problems)
    if fields.has(loss), fields.has(gilbertElliott) {
      problems.report(
        .contradiction, at: max(fields.position(of: loss), fields.position(of: gilbertElliott)),
        "`loss` together with `gilbertElliott`", expected: "one or the other")
    }
    if let delay, let jitter, jitter.value > delay.value, !fields.has(distribution) {
      problems.report(
        .contradiction, at: jitter.position,
        "a jitter of \(jitter.value.spelled) would make the delay of \(delay.value.spelled) negative",
        expected: "at most the delay")
    }
    return impairment
  }

  private func check<Value, Needed>(
    _ key: Key<Value>, needs other: Key<Needed>, _ expected: String, _ fields: Fields, _ problems: inout Problems
  ) {
    guard fields.has(key), !fields.has(other) else { return }
    problems.report(
      .contradiction, at: fields.position(of: key), "`\(key.name)` without `\(other.name)`", expected: expected)
  }
}

/// The keys of a channel with bursts of loss.
enum GilbertElliottKeys {
  static let toBad = Key(
    "toBad", .percentage(.positive), .required, "The probability per frame that a good channel gets bad; netem's `p`.")
  static let toGood = Key(
    "toGood", .percentage(.positive), .required, "The probability per frame that a bad channel gets good; netem's `r`.")
  static let lossInBad = Key(
    "lossInBad", .percentage(.any), .standard("100%"), "Share of the frames that a bad channel loses; netem's `1-h`.")
  static let lossInGood = Key(
    "lossInGood", .percentage(.any), .standard("0%"), "Share of the frames that a good channel loses; netem's `1-k`.")

  static let kind = Kind<GilbertElliott>.mapping(
    Section(
      "a Gilbert-Elliott channel",
      [toBad.described, toGood.described, lossInBad.described, lossInGood.described])
  ) { fields, problems in
    let (bad, good) = (fields.read(toBad, &problems), fields.read(toGood, &problems))
    let (whileBad, whileGood) = (fields.read(lossInBad, &problems), fields.read(lossInGood, &problems))
    guard let bad, let good, let whileBad, let whileGood else { return nil }
    return GilbertElliott(
      toBad: bad.value, toGood: good.value, lossInBad: whileBad.value, lossInGood: whileGood.value)
  }
}
