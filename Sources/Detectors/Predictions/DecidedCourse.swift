import Model

/// The common part of all mechanisms: each notices a closed connection at once, and nothing can be predicted once a
/// slow period has begun.
struct DecidedCourse {
  var circumstances: Circumstances

  /// - Parameters:
  ///   - toleratesLoss: whether delays and lost segments do not matter to the mechanism.
  ///   - mechanism: its prediction for the other effects.
  func prediction(toleratesLoss: Bool, _ mechanism: (Circumstances) -> Prediction) -> Prediction {
    var rest = circumstances
    rest.effects.removeAll { $0.effect == .slow || $0.effect == .connectionLost(.atOnce) }
    let others = mechanism(rest)
    let decided = closing.map { closed(at: $0, unless: others) } ?? others
    guard let slow, !toleratesLoss else { return decided }
    if case .range(_, let latest) = decided, latest <= slow { return decided }
    return .unknown(Reason.slow)
  }

  private var slow: Duration? { first { $0 == .slow } }

  private var closing: Duration? { first { $0 == .connectionLost(.atOnce) } }

  private func first(_ holds: (FaultEffect) -> Bool) -> Duration? {
    circumstances.effects.filter { holds($0.effect) && ($0.end ?? .seconds(Int64.max)) > $0.start }.map(\.start).min()
  }

  /// A FIN or RST (RFC 9293, sections 3.6 and 3.5.3) arrives at the close, if the path lets it through.
  private func closed(at closing: Duration, unless others: Prediction) -> Prediction {
    let heard = max(.zero, closing)...(max(.zero, closing) + circumstances.roundTrip)
    if case .range(_, let latest) = others, latest <= heard.lowerBound { return others }
    let lost = circumstances.effects.filter { span in
      guard span.start <= closing, span.end.map({ $0 > closing }) ?? true else { return false }
      return switch span.effect {
      case .pathBroken, .connectionLost(.silent): true
      default: false
      }
    }
    if !lost.isEmpty { return lost.contains { $0.end == nil } ? others : .unknown(Reason.noticeOnTheWay) }
    switch others {
    case .never: return .range(heard)
    case .range(let earliest, let latest):
      return .range(min(earliest, heard.lowerBound)...min(latest, heard.upperBound))
    case .unknown: return heard.lowerBound == .zero ? .range(heard) : others
    }
  }
}
