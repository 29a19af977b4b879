/// The keepalive timer as a state machine over ranges of time (`tcp_keepalive_timer`, net/ipv4/tcp_timer.c), in jiffies.
///
/// Every firing is a range; where a range straddles a decision (the idle time, the user timeout, the end of an outage),
/// the state is split and both parts are followed. What comes out is everything that the kernel may do.
struct KeepaliveTimer {
  var idle: Int64
  var interval: Int64
  var probes: Int
  /// TCP_USER_TIMEOUT: replaces the count of probes.
  var userTimeout: Int64?
  /// How much later than the probe its answer may come.
  var roundTrip: Int64

  /// The armed timer.
  struct State: Hashable {
    var firing: Firing
    /// When the last segment came in.
    var heard: ClosedRange<Int64>
    /// How long that will have been at the firing (`keepalive_time_elapsed`).
    var age: ClosedRange<Int64>
    /// Unanswered probes (`icsk_probes_out`).
    var unanswered: Int
    /// Answered probes, as far as they are counted.
    var answered: Int

    init(
      firing: Firing, heard: ClosedRange<Int64>, age: ClosedRange<Int64>? = nil, unanswered: Int, answered: Int = 0
    ) {
      self.firing = firing
      self.heard = heard
      let computed = (firing.earliest - heard.upperBound)...(firing.latest - heard.lowerBound)
      // The ages may be known better than their two ends are.
      self.age = age.map { $0.overlaps(computed) ? $0.clamped(to: computed) : $0 } ?? computed
      self.unanswered = unanswered
      self.answered = answered
    }
  }

  /// All that can come of it.
  struct Fate: Equatable {
    var declared: ClosedRange<Int64>?
    var survives = false
    /// Too many possibilities to follow.
    var abandoned = false
    /// How many were followed.
    var states = 0
  }

  /// So many possibilities are followed, which takes some hundredths of a second.
  static let mostStates = 20_000

  func fate(of states: [State], on path: ProbedPath) -> Fate {
    var fate = Fate()
    var seen = Set(states)
    var open = states
    while let state = open.popLast() {
      fate.states = seen.count
      if seen.count > Self.mostStates {
        fate.abandoned = true
        return fate
      }
      for outcome in outcomes(of: state, on: path) {
        switch outcome {
        case .armed(let next): if seen.insert(next).inserted { open.append(next) }
        case .declared(let firing):
          let range = firing.earliest...firing.latest
          fate.declared = fate.declared.map { $0.hull(range) } ?? range
        case .safe: fate.survives = true
        }
      }
    }
    return fate
  }

  enum Outcome {
    case armed(State)
    case declared(Firing)
    /// Answered, and no outage is left that could harm.
    case safe
  }

  private func outcomes(of state: State, on path: ProbedPath) -> [Outcome] {
    var outcomes: [Outcome] = []
    if state.age.lowerBound < idle, let early = part(of: state, aged: state.age.lowerBound...(idle - 1)) {
      outcomes.append(.armed(remainder(of: early)))
    }
    guard state.age.upperBound >= idle, var due = part(of: state, aged: idle...state.age.upperBound) else {
      return outcomes
    }
    if let userTimeout {
      if due.unanswered > 0, due.age.upperBound >= userTimeout {
        if let expired = part(of: due, aged: userTimeout...due.age.upperBound) {
          outcomes.append(.declared(expired.firing))
        }
        guard due.age.lowerBound < userTimeout, let rest = part(of: due, aged: due.age.lowerBound...(userTimeout - 1))
        else { return outcomes }
        due = rest
      }
    } else if due.unanswered >= probes {
      return outcomes + [.declared(due.firing)]
    }
    if let forgets = path.forgets { return outcomes + self.outcomes(of: due, onPathThatForgets: forgets) }
    return outcomes + path.fates(of: due.firing).map { probe(due, sent: $0.sent, fate: $0.fate, on: path) }
  }

  /// The state with its firing narrowed to where the last segment's age lies in `ages`; nil if that cannot be.
  func part(of state: State, aged ages: ClosedRange<Int64>) -> State? {
    let bounds = (state.heard.lowerBound + ages.lowerBound)...(state.heard.upperBound + ages.upperBound)
    guard let firing = state.firing.clamped(to: bounds) else { return nil }
    return State(
      firing: firing, heard: state.heard, age: state.age.clamped(to: ages), unanswered: state.unanswered,
      answered: state.answered)
  }

  /// A firing before the idle time is over re-arms what is left of it.
  private func remainder(of state: State) -> State {
    let left = (idle - state.age.upperBound)...(idle - state.age.lowerBound)
    // Idle time after the last segment, which is known as well as the better of the two.
    let sinceHeard = (state.heard.lowerBound + idle)...(state.heard.upperBound + idle)
    let sinceFiring = (state.firing.earliest + left.lowerBound)...(state.firing.latest + left.upperBound)
    let nominal = sinceHeard.clamped(to: sinceFiring)
    let deltas = (left.lowerBound - 1)...(left.upperBound - 1)
    let firing = Firing.expiry(nominal: nominal, deltas: deltas, origin: state.firing.origin)
    let age = (idle + 1)...(idle + TimerWheel.granularity(deltas.upperBound))
    return State(
      firing: firing, heard: state.heard, age: age, unanswered: state.unanswered, answered: state.answered)
  }

  func probe(_ state: State, sent: Firing, fate: ProbedPath.Fate, on path: ProbedPath) -> Outcome {
    let next = sent.after(interval)
    let wait = self.wait(from: sent, to: next)
    switch fate {
    case .reset: return .declared(sent)
    case .lost:
      let age = (state.age.lowerBound + wait.lowerBound)...(state.age.upperBound + wait.upperBound)
      let unanswered = State(
        firing: next, heard: state.heard, age: age, unanswered: state.unanswered + 1, answered: state.answered)
      return .armed(path.staysLost(from: next.earliest) ? skipped(unanswered, after: wait) : unanswered)
    case .answered(let latest):
      if path.isClear(from: sent.earliest) { return .safe }
      let late = max(roundTrip, latest - sent.earliest)
      let heard = sent.earliest...max(sent.latest + roundTrip, latest)
      let age = max(0, wait.lowerBound - late)...wait.upperBound
      return .armed(State(firing: next, heard: heard, age: age, unanswered: 0))
    }
  }

  /// The last state before the user timeout can be over, if all probes until then are lost at equal waits: a user timeout
  /// of weeks over seconds would have millions of them.
  private func skipped(_ state: State, after wait: ClosedRange<Int64>) -> State {
    guard let userTimeout, wait.lowerBound == wait.upperBound, state.age.lowerBound >= idle,
      state.age.upperBound < userTimeout
    else { return state }
    let limit = state.firing.latest + (userTimeout - 1 - state.age.upperBound)
    let firing = state.firing.repeated(every: interval, upTo: limit)
    let ticks = firing.latest - state.firing.latest
    // Under a user timeout it matters only whether any probe is unanswered.
    return State(
      firing: firing, heard: state.heard, age: (state.age.lowerBound + ticks)...(state.age.upperBound + ticks),
      unanswered: state.unanswered, answered: state.answered)
  }

  /// How long it is from a probe to the next firing.
  private func wait(from sent: Firing, to next: Firing) -> ClosedRange<Int64> {
    if sent.origin != nil, sent.earliest < sent.latest {
      // Rounding differs from jiffy to jiffy: anything up to the wheel's granularity.
      return (interval + 1)...(interval + TimerWheel.granularity(interval))
    }
    return (next.earliest - sent.earliest)...(next.latest - sent.latest)
  }
}
