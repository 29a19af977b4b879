import Model

/// A stretch of time, relative to t0, in which nobody answers.
struct Outage: Hashable {
  var start: Duration
  /// nil: it never ends.
  var end: Duration?
  /// Segments vanish; false: the peer's kernel acknowledges them, only its process is silent.
  var pathBroken: Bool
  var hostUnreachable: Bool
  /// Somebody on the way has to resolve a neighbour that does not answer: sooner or later it reports it unreachable.
  var neighbourAges = false
  /// The observer's own kernel has no route for them, or no source address: it does not even send.
  var sendingFails = false
  /// What the observer sends waits in its own host for the neighbour's address.
  var sendingWaits = false
}

/// What a mechanism needs of its peer.
enum RequiredResponse {
  /// That its kernel acknowledges.
  case kernel
  /// That its process reads the connection and serves requests.
  case process
  /// That it answers heartbeats.
  case answers(Pinging)

  func isMet(despite stuck: StuckPart) -> Bool {
    switch self {
    case .kernel: true
    case .process: false
    case .answers(let pinging): pinging.isAnswered(despite: stuck)
    }
  }

  var isDatagrams: Bool {
    if case .answers(let pinging) = self { pinging.transport == .udp } else { false }
  }

  /// Datagrams have a queue of their own: a connection that is not read does not hold them up.
  var isMetByOneThatDoesNotRead: Bool {
    switch self {
    case .kernel: true
    case .process: false
    case .answers: isDatagrams
    }
  }
}

/// A fault's effects as a mechanism meets them: outages in order of time, disjoint, and perhaps the loss of the peer's
/// state.
struct Outages {
  var list: [Outage] = []
  /// From here on, the peer answers every segment that reaches it with a reset.
  var lostFrom: Duration?
  /// While the peer does not read, its receive window closes.
  var notReading: Outage?
  /// The way forgets the connection once nothing passes on it for so long, and silently drops what comes then.
  var forgottenOnceQuiet: Duration?

  /// Effects of which every mechanism is told at once, or which have no closed form, are not among these: see
  /// `DetectorSettings.prediction`.
  init(_ effects: [EffectSpan], needing need: RequiredResponse) {
    // When the peer answers with a reset again.
    var returns = effects.filter { $0.effect == .connectionLost(.whenSpokenTo) }.map(\.start).sorted()[...]
    for span in effects.sorted(by: { $0.start < $1.start }) where span.end.map({ $0 > span.start }) ?? true {
      let acknowledged = Outage(start: span.start, end: span.end, pathBroken: false, hostUnreachable: false)
      switch span.effect {
      case .none, .slow: continue
      case .notReading:
        if !need.isMetByOneThatDoesNotRead { add(acknowledged) }
        notReading = notReading?.merged(with: acknowledged) ?? acknowledged
      case .connectionLost(.silent(let silence)):
        // Only the old connection is harmed, not what passes beside it.
        if silence.newConnections == .accepted, need.isDatagrams { continue }
        // It has no end, unless the peer comes back and knows nothing of the connection.
        returns = returns.drop { $0 <= span.start }
        add(Outage(span.start, returns.first, silence))
      case .connectionLost(.silentOnceQuiet(let quiet)): forgottenOnceQuiet = min(forgottenOnceQuiet ?? quiet, quiet)
      case .connectionLost: lostFrom = min(lostFrom ?? span.start, span.start)
      case .serviceUnresponsive(let part): if !need.isMet(despite: part) { add(acknowledged) }
      case .pathBroken(let silence): add(Outage(span.start, span.end, silence))
      }
    }
  }

  private mutating func add(_ outage: Outage) {
    guard let last = list.last, last.end.map({ $0 >= outage.start }) ?? true else { return list.append(outage) }
    list[list.count - 1] = last.merged(with: outage)
  }
}

extension Outage {
  fileprivate init(_ start: Duration, _ end: Duration?, _ silence: Silence) {
    self.init(
      start: start, end: end, pathBroken: true, hostUnreachable: silence.hostUnreachable,
      neighbourAges: silence.newConnections == .unresolved,
      sendingFails: silence.local == .interfaceDown || silence.local == .addressGone,
      sendingWaits: silence.local == .carrierLost)
  }

  /// One outage from the start of the first to the end of the last.
  func merged(with other: Outage) -> Outage {
    var both = self
    both.start = min(start, other.start)
    both.end = end.flatMap { end in other.end.map { max(end, $0) } }
    both.pathBroken = pathBroken || other.pathBroken
    both.hostUnreachable = hostUnreachable || other.hostUnreachable
    both.neighbourAges = neighbourAges || other.neighbourAges
    both.sendingFails = sendingFails || other.sendingFails
    both.sendingWaits = sendingWaits || other.sendingWaits
    return both
  }
}
