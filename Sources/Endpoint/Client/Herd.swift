import EndpointProtocol
import LinuxSystem
import Model

/// The sessions of one task: one per client, side by side on one loop. The first session reports every event; the
/// others are reported only in the sum at the end.
final class Herd {
  /// The largest number of clients in one process.
  static let largest = 1000
  /// The largest number of connections that are opened at a time, after the first: an accept queue would drop a flood.
  private static let openingAtOnce = 32
  /// How long to wait after a failed connection before opening another.
  private static let pause = Duration.milliseconds(50)

  private struct Member {
    var session: ClientSession?
    /// When its timers are to be served; nil: not before the next event.
    var due: Instant?
  }

  private let task: ClientTask
  private let loop: EventLoop
  private var members: [Member]
  /// The members that have yet to open a connection.
  private var unopened: [Int]
  private var opening = 0
  /// No connection is opened before this.
  private var pausedUntil: Instant
  /// When the latest connection was proven.
  private var lastOpened: Instant
  private(set) var isReady = false
  /// The number of sessions that are over.
  private var finished = 0
  private var hasReportedEnd = false
  private var news: [Event] = []

  init(_ task: ClientTask, on loop: EventLoop) throws(EndpointError) {
    guard (1...Herd.largest).contains(task.clients) else {
      throw EndpointError(.badCommand, stage: "open", "there are 1 to \(Herd.largest) clients in a process")
    }
    self.task = task
    self.loop = loop
    members = Array(repeating: Member(), count: task.clients)
    unopened = Array((1..<task.clients).reversed())
    pausedUntil = .now
    lastOpened = .now
    if task.clients > 1 { try raiseDescriptorLimit() }
    try openMember(0)
  }

  /// Whether every connection has had its round trip.
  private var isOpen: Bool { opening == 0 && unopened.isEmpty }

  var isFinished: Bool { finished == members.count }

  // MARK: - The loop

  /// When `serveTimers` is to be called next; nil if nothing happens before the next event.
  var nextDeadline: Instant? {
    var next = members.lazy.compactMap(\.due).min()
    if canOpen { next = min(next ?? pausedUntil, pausedUntil) }
    return next
  }

  func serve(_ ready: Epoll.Ready, at now: Instant) throws(EndpointError) {
    let index = EventLoop.owner(of: ready.token)
    guard members.indices.contains(index) else { return }
    try touch(index, at: now) { (session) throws(EndpointError) in try session.serve(ready, at: now) }
  }

  func serveTimers(at now: Instant) throws(EndpointError) {
    for index in members.indices {
      guard let due = members[index].due, due <= now else { continue }
      try touch(index, at: now) { (session) throws(EndpointError) in try session.serveTimers(at: now) }
    }
    while canOpen, pausedUntil <= now, let index = unopened.popLast() { try openMember(index) }
    reportReadiness(at: now)
    reportEnd()
  }

  /// The events since the last call; none before all connections are established.
  func takeNews() -> [Event] {
    guard isReady else { return [] }
    defer { news = [] }
    return news
  }

  /// Resets all connections.
  func abort() {
    for member in members { member.session?.abort() }
  }

  // MARK: - Opening

  /// The first connection is opened alone: it shows whether a server listens at all, and the server accepts it first.
  private var canOpen: Bool {
    guard !unopened.isEmpty, opening < Herd.openingAtOnce, let first = members[0].session else { return false }
    return !first.isOpening
  }

  private func openMember(_ index: Int) throws(EndpointError) {
    loop.owner = index
    let session = try ClientSession(task, client: index, on: loop)
    members[index] = Member(session: session, due: session.nextDeadline)
    opening += 1
  }

  /// Lets one session do something, and records the result.
  private func touch(
    _ index: Int, at now: Instant, _ body: (ClientSession) throws(EndpointError) -> Void
  ) throws(EndpointError) {
    guard let session = members[index].session else { return }
    let (wasOpening, wasFinished) = (session.isOpening, session.phase == .finished)
    loop.owner = index
    do throws(EndpointError) {
      try body(session)
    } catch {
      guard wasOpening, index > 0, error.code == .inputOutput else { throw error }
      return try openingFailed(index, error, at: now)
    }
    members[index].due = session.nextDeadline
    let told = session.takeNews()
    if index == 0 { news += told }
    if wasOpening && !session.isOpening {
      opening -= 1
      lastOpened = now
    }
    if !wasFinished && session.phase == .finished { finished += 1 }
  }

  /// A server that is only busy refuses some connections and accepts others: attempts are repeated as long as any
  /// connection succeeds.
  private func openingFailed(_ index: Int, _ error: EndpointError, at now: Instant) throws(EndpointError) {
    guard now - lastOpened < ClientSession.openTimeout else { throw error }
    members[index].session?.abort()
    members[index] = Member()
    unopened.append(index)
    opening -= 1
    pausedUntil = now + Herd.pause
  }

  private func reportReadiness(at now: Instant) {
    guard !isReady && isOpen else { return }
    isReady = true
    // The first connection may have become ready, and may even have ended, before the last.
    news = news.map { event in
      if case .ready(_, let port, let settings) = event {
        .ready(at: now, localPort: port, settings: settings)
      } else {
        event
      }
    }
  }

  /// Two connections for each client, when it fails over, and a datagram socket; and some for the process itself.
  private func raiseDescriptorLimit() throws(EndpointError) {
    let limit = try during("open") { () throws(SystemError) in try CurrentProcess.raiseDescriptorLimit() }
    let needed = 3 * task.clients + 32
    guard limit >= needed else {
      throw EndpointError(
        .unsupported, stage: "open",
        "\(task.clients) clients need \(needed) descriptors, this process may open \(limit) (raise its hard limit)")
    }
  }

  // MARK: - Commands

  func begin(at: Instant) throws(EndpointError) {
    for index in members.indices {
      let start = at + Herd.phase(of: index, in: task)
      try touch(index, at: at) { (session) throws(EndpointError) in try session.begin(at: start) }
    }
  }

  /// How much later than the first client this one begins: drawn uniformly over the period of a healthy connection.
  static func phase(of client: Int, in task: ClientTask) -> Duration {
    if client == 0 { return .zero }
    var random = KeyedRandom(seed: Int64(bitPattern: task.seed), "phase", "client \(client)")
    let period = task.watching.settings.healthyPeriod(under: task.workload)
    return .nanoseconds(Int64(Double(period.inNanoseconds) * random.uniform()))
  }

  func mark(_ t0: Instant) throws(EndpointError) {
    try touch(0, at: t0) { (session) throws(EndpointError) in session.tell(.marked(session.mark(t0))) }
  }

  /// Only the first client proves its recovery; that of the others is not reported.
  func healed(at: Instant) throws(EndpointError) {
    try touch(0, at: at) { (session) throws(EndpointError) in session.healed(at: at) }
  }

  func finish() throws(EndpointError) {
    let now = Instant.now
    for index in members.indices {
      try touch(index, at: now) { (session) throws(EndpointError) in session.finish() }
    }
    reportEnd()
  }

  /// All sessions are over: reports the sum, and the last line.
  private func reportEnd() {
    guard isFinished, !hasReportedEnd else { return }
    hasReportedEnd = true
    let sessions = members.compactMap(\.session)
    if task.clients > 1 || task.failover != nil {
      let failovers = sessions.compactMap(\.failedOverAt)
      news.append(
        .herd(
          declared: sessions.count { $0.declaredAt != nil }, failedOver: failovers.count,
          lastFailover: failovers.max(), failedAttempts: sessions.reduce(0) { $0 + ($1.attempts?.failures ?? 0) }))
    }
    news.append(.finished(at: .now, lag: sessions.map(\.detectorRunner.lag).max() ?? .zero))
  }
}
