import LinuxNetwork
import Model

/// Which port: the end of a cable.
struct PortName: Sendable, Hashable {
  let cable: CableName
  let side: AddressPlan.End
}

/// The desired state of one port, from all the faults that hold on it now, in whatever order they begin and end.
struct PortState: Sendable {
  /// The standing impairment of the cable.
  let standing: Impairment?
  /// How many faults keep it unplugged.
  var pulls = 0
  /// How many hosts at the cable's ends are without power.
  var outages = 0
  /// How many faults make it swallow every frame.
  var blackholes = 0
  /// The impairment by a fault, which replaces the standing one; nil: no fault sets one.
  var impairment: Impairment?

  init(standing: Impairment? = nil) {
    self.standing = standing
  }

  var isUp: Bool { pulls == 0 && outages == 0 }

  /// Order of precedence: a blackhole, then a fault's impairment, then the standing one.
  var root: RootDiscipline {
    if blackholes > 0 { return .blackhole }
    return RootDiscipline(impairment ?? standing)
  }
}

extension RootDiscipline {
  /// The discipline for a cable's impairment: netem, or a token bucket for a bare rate.
  init(_ impairment: Impairment?) {
    guard let impairment, impairment != Impairment() else {
      self = .standard
      return
    }
    if !impairment.needsNetem, let rate = impairment.rate {
      self = .tokenBucket(rate: rate)
    } else {
      self = .netem(NetemSettings(impairment))
    }
  }
}

extension NetemSettings {
  init(_ impairment: Impairment) {
    self.init()
    delay = impairment.delay?.inNanoseconds ?? 0
    jitter = impairment.jitter?.inNanoseconds ?? 0
    distribution = impairment.distribution.map { distribution in
      switch distribution {
      case .normal: .normal
      case .pareto: .pareto
      case .paretonormal: .paretoNormal
      }
    }
    delayCorrelation = impairment.delayCorrelation ?? 0
    loss = impairment.loss ?? 0
    gilbertElliott = impairment.gilbertElliott.map {
      GilbertElliottLoss(
        toBad: $0.toBad, toGood: $0.toGood, lossInBad: $0.lossInBad, lossInGood: $0.lossInGood)
    }
    if let correlation = impairment.lossCorrelation, correlation > 0, loss > 0, loss < 1 {
      gilbertElliott = GilbertElliottLoss(share: loss, correlation: correlation)
      loss = 0
    }
    duplicate = impairment.duplicate ?? 0
    reorder = impairment.reorder ?? 0
    corrupt = impairment.corrupt ?? 0
    rate = UInt64(clamping: (impairment.rate ?? 0) / 8)
  }
}
