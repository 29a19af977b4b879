import EndpointProtocol
import LinuxSystem
import Model

/// Watches a connection by a mechanism, from either end of it: feeds the mechanism what comes in, sends its heartbeats
/// and passes its verdict.
///
/// The owner of the runner handles the connection, its end, and what follows from a verdict.
struct DetectorRunner {
  let watching: Watch
  var driver: any DetectorDriver
  /// What the mechanism does besides the connection, as long as the connection is established.
  private var sideChannel: (any SideChannel)?
  /// Whether the mechanism may still pass a verdict.
  private(set) var isOn = false
  private var hasBegun = false
  /// Mode `watch`: the peer is suspected.
  private(set) var isSuspecting = false
  private var heartbeatsSent: UInt32 = 0
  /// Answers that the mechanism counts.
  private(set) var signsOfLife = AnswerHistory()
  /// What the mechanism learned from them.
  private var estimates = EstimateHistory()
  /// The worst lateness of any action.
  private(set) var lag = Duration.zero
  /// The events to report at the end of this turn of the loop.
  private var news: [Event] = []

  init(_ watching: Watch, stage: String) throws(EndpointError) {
    try checkDetector(watching.settings, stage: stage)
    self.watching = watching
    driver = makeDriver(watching.settings)
  }

  // MARK: - Its course

  /// The connection is established: what the kernel reports about it counts from now on.
  mutating func turnOn() {
    isOn = true
  }

  /// Sets up what the mechanism needs besides the connection.
  mutating func accompany(_ path: WatchedPath, on loop: EventLoop, at now: Instant) throws(EndpointError) {
    sideChannel = try driver.makeSideChannel(path, on: loop)
    for input in sideChannel?.start() ?? [] { learn(input, at: now) }
  }

  /// The connection is gone, and with it what the mechanism did besides it.
  mutating func loseConnection() {
    sideChannel = nil
  }

  mutating func begin(at start: Instant) {
    hasBegun = true
    driver.begin(at: start)
    if let estimate = driver.arrivals { estimates.add(estimate, at: start) }
  }

  /// For good.
  mutating func turnOff() {
    isOn = false
    sideChannel = nil
  }

  // MARK: - The mechanism's input

  /// Tells the mechanism about an answer, a sent heartbeat or anything else that it learns from.
  mutating func learn(_ input: DetectorInput, at now: Instant) {
    if case .answer(let frame) = input {
      guard driver.counts(frame.kind) else { return }
      signsOfLife.add(now)
    }
    guard isOn else { return }
    driver.learn(input, at: now)
    if let estimate = driver.arrivals { estimates.add(estimate, at: now) }
    if let learned = driver.takeLearned() { tell(.learned(learned, at: now)) }
  }

  /// Whether the token belongs to a descriptor other than the connection's.
  func owns(_ token: UInt64) -> Bool { sideChannel?.owns(token) == true }

  /// Handles what epoll reports of such a descriptor.
  mutating func serveCompanion(_ ready: Epoll.Ready, at now: Instant) {
    for input in sideChannel?.serve(ready) ?? [] { learn(input, at: now) }
  }

  // MARK: - Heartbeats

  /// When the next heartbeat is due; nil if there is none.
  var nextHeartbeat: Instant? { isOn ? driver.heartbeats?.next : nil }

  /// Whether a heartbeat was due at `now`, and since when; marks it as served.
  mutating func takeDueHeartbeat(at now: Instant) -> Instant? {
    guard let due = nextHeartbeat, due <= now else { return nil }
    driver.heartbeats?.advance(past: now)
    return due
  }

  /// Sends the heartbeat that was due at `due`, or lets the side channel do what the mechanism does instead. Returns
  /// how the connection ended if the write shows that it did.
  mutating func sendHeartbeat(due: Instant, on connection: Connection) -> Signal? {
    let now = Instant.now
    late(by: now - due)
    let frame = Frame(
      kind: .heartbeat, sequence: heartbeatsSent, sentAt: now,
      throughWorker: watching.settings.pinging?.depth == .worker)
    heartbeatsSent += 1
    learn(.sent(sequence: frame.sequence, due: due), at: now)
    guard let sideChannel, sideChannel.carriesHeartbeats else { return connection.send([frame]) }
    for input in sideChannel.send(frame) { learn(input, at: .now) }
    return nil
  }

  // MARK: - The verdict

  /// When the verdict is to be acted upon if nothing comes in until then; nil if never, or if it has been acted upon:
  /// only input can end a suspicion. `oldestRequest` is when the oldest request without an answer was sent.
  func nextVerdict(oldestRequest: Instant?) -> Instant? {
    isSuspecting ? nil : verdict(oldestRequest: oldestRequest)?.at
  }

  /// Passes a verdict that is due: mode `watch` records the suspicion, mode `act` returns the signal by which to give
  /// the peer up.
  mutating func judge(at now: Instant, oldestRequest: Instant?) -> Signal? {
    guard !isSuspecting, let verdict = verdict(oldestRequest: oldestRequest), verdict.at <= now else { return nil }
    late(by: now - verdict.at)
    switch watching.mode {
    case .watch:
      isSuspecting = true
      tell(.suspected(at: now, signal: verdict.signal))
      return nil
    case .act: return verdict.signal
    }
  }

  /// Ends a suspicion once its reason is gone.
  mutating func reconsider(at now: Instant, oldestRequest: Instant?) {
    guard isSuspecting, isOn else { return }
    if let verdict = verdict(oldestRequest: oldestRequest), verdict.at <= now { return }
    isSuspecting = false
    tell(.trusted(at: now))
  }

  private func verdict(oldestRequest: Instant?) -> Deadline? {
    guard isOn && hasBegun else { return nil }
    return driver.deadline(lastAnswer: signsOfLife.last, oldestRequest: oldestRequest)
  }

  // MARK: - What it reports

  /// What the mechanism knew at `t0`, as far as it is known now.
  func mark(_ t0: Instant) -> ApplicationState {
    let heartbeats = isOn ? driver.heartbeats : nil
    return ApplicationState(
      lastAnswer: signsOfLife.last(notAfter: t0), nextHeartbeat: heartbeats?.first(notBefore: t0),
      connectingSince: driver.connectingSince(t0), arrivals: estimates.estimate(at: t0))
  }

  mutating func late(by delay: Duration) {
    lag = max(lag, delay)
  }

  mutating func tell(_ event: Event) { news.append(event) }

  /// The events since the last call.
  mutating func takeNews() -> [Event] {
    defer { news = [] }
    return news
  }
}
