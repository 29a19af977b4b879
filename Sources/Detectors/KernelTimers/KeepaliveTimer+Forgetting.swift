/// Probes over a path that forgets a connection after too long without traffic (a NAT, a firewall).
extension KeepaliveTimer {
  /// The age of the last segment decides: a probe that comes too late is lost, and so are all after it.
  func outcomes(of state: State, onPathThatForgets forgets: ClosedRange<Int64>) -> [Outcome] {
    var outcomes: [Outcome] = []
    if state.age.upperBound >= forgets.lowerBound,
      let late = part(of: state, aged: max(state.age.lowerBound, forgets.lowerBound)...state.age.upperBound)
    {
      outcomes.append(probe(late, sent: late.firing, fate: .lost, on: .broken))
    }
    if state.age.lowerBound < forgets.upperBound,
      let early = part(of: state, aged: state.age.lowerBound...min(state.age.upperBound, forgets.upperBound - 1))
    {
      outcomes.append(answered(early))
    }
    return outcomes
  }

  /// A probe in time restarts the quiet time.
  ///
  /// The first may fall anywhere between the wheel's multiples; the second follows one of them, and from the third on,
  /// all are equal, as every granularity of the round divides that of its first timer.
  private func answered(_ state: State) -> Outcome {
    if state.answered >= 3 { return .safe }
    guard case .armed(var next) = probe(state, sent: state.firing, fate: .answered(latest: 0), on: .broken) else {
      return .safe
    }
    next.answered = state.answered + 1
    return .armed(next)
  }
}
