import Model

/// The common part of heartbeats: unanswered pings, and, if they go over the connection, their fate as data. If the
/// kernel gives up the data first, that declares the peer dead.
struct MissedAnswers {
  var interval: Duration
  var pinging: Pinging
  var circumstances: Circumstances

  private var datagrams: Bool { pinging.transport == .udp }

  /// - Parameter missed: when the detector declares the peer dead if nothing is answered from an instant on: given that
  ///   instant, relative to t0, unless that is t0, where the state may be known.
  func prediction(_ missed: (Duration?) -> OutageCourse.Verdict) -> Prediction {
    let outages = Outages(circumstances.effects, needing: .answers(pinging))
    let transmission = RetransmissionPrediction(
      circumstances: circumstances, userTimeout: nil, heartbeat: datagrams ? nil : interval)
    if datagrams, let lost = outages.lostFrom { return besideLost(from: lost, transmission, missed) }
    let course = OutageCourse(
      outages: outages, transmission: transmission, recovery: datagrams ? { recovered($0, transmission, $1) } : nil)
    return course.prediction { outage, start in
      let expected = missed(start)
      guard outage.pathBroken, let pending = transmission.pending(from: start, in: outage)
      else { return expected }
      return expected.orEarlier(transmission.end(of: pending, in: outage)?.givenUp)
    }
  }

  /// A lost datagram is not sent again: the next one replaces it.
  private func recovered(_ outage: Outage, _ transmission: RetransmissionPrediction, _ start: Duration?) -> Duration? {
    guard let end = outage.end else { return nil }
    return end + interval + circumstances.roundTrip * 2 + .milliseconds(50)
      + (outage.hostUnreachable ? circumstances.resolution : .zero)
  }

  /// The connection is lost, which datagrams may or may not show. Only data that is sent on it surely shows it.
  private func besideLost(
    from lost: Duration, _ transmission: RetransmissionPrediction, _ missed: (Duration?) -> OutageCourse.Verdict
  ) -> Prediction {
    guard case .range(let earliest, let latest) = transmission.prediction,
      case .declared(let unanswered, _) = missed(lost > .zero ? lost : nil), latest < unanswered.lowerBound
    else { return .unknown(Reason.datagrams) }
    return .range(min: earliest, max: latest)
  }
}

extension Circumstances {
  /// When the answer to a segment that was on its way at t0 can have come in; nil if it was no longer on its way.
  func answer(toSegmentSentAt sent: Instant) -> Instant? {
    guard let moment else { return nil }
    let longest = roundTrip * 2 + .milliseconds(1)
    return sent <= moment.t0 && moment.t0 - sent < longest ? sent + longest : nil
  }

  /// When the answer to the last ping came in, if the ping was sent so shortly before t0 that it may still have got
  /// through, after the last known `answer`; nil if there is no such ping.
  func answerInFlight(after answer: Instant, every interval: Duration) -> Instant? {
    guard let next = moment?.application.nextHeartbeat,
      let inFlight = self.answer(toSegmentSentAt: next - interval)
    else { return nil }
    return inFlight > answer ? inFlight : nil
  }

  /// When the last answer before an outage came in, relative to t0, with heartbeats every `interval`: known, or up to an
  /// interval old; nil if there was none.
  ///
  /// - Parameter start: the start of the outage, unless that is t0.
  func lastAnswer(before start: Duration?, every interval: Duration) -> ClosedRange<Duration>? {
    guard start == nil, let moment else {
      let start = start ?? .zero
      return (start - interval)...start
    }
    guard let answer = moment.application.lastAnswer else { return nil }
    let last = max(answer, answerInFlight(after: answer, every: interval) ?? answer)
    return (answer - moment.t0)...(last - moment.t0)
  }
}
