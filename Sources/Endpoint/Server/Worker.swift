import EndpointProtocol
import LinuxSystem
import Model
import Synchronization

/// The thread that serves requests, while another thread does the I/O.
final class Worker: Sendable {
  /// A frame to be answered, and the receiver of the answer.
  struct Job: Sendable {
    let asker: Asker
    let frame: Frame
  }

  /// Answers that are ready, in the order of their completion.
  struct Answer: Sendable {
    let asker: Asker
    let frame: Frame
  }

  private struct State {
    var jobs: [Job] = []
    var answers: [Answer] = []
    var isDone = false
    /// Since when the worker has been held up, or up to when that time is already counted.
    var heldSince: Instant?
    var load = LoadMeter(start: .now)

    /// Counts the time held up to `now`.
    mutating func account(to now: Instant) {
      guard let since = heldSince else { return }
      load.add(from: since, to: now)
      heldSince = now
    }
  }

  /// State that both threads use.
  private final class Shared: Sendable {
    let state = Mutex(State())
    let jobsReady: EventCounter
    let answersReady: EventCounter

    init() throws(SystemError) {
      jobsReady = try EventCounter(blocking: true)
      answersReady = try EventCounter(blocking: false)
    }
  }

  private let shared: Shared
  private let thread: JoinableThread

  init() throws(EndpointError) {
    let shared = try during("start the worker") { () throws(SystemError) in try Shared() }
    self.shared = shared
    thread = try during("start the worker") { () throws(SystemError) in
      try JoinableThread { Worker.work(on: shared) }
    }
  }

  /// Has `loop` report ready answers as `token`.
  func announce(on loop: EventLoop, token: UInt64) throws(EndpointError) {
    try during("start the worker") { () throws(SystemError) in
      try loop.add(shared.answersReady.descriptor, for: .readable, token: token)
    }
  }

  func take(_ jobs: [Job]) throws(EndpointError) {
    shared.state.withLock { $0.jobs += jobs }
    try during("wake the worker") { () throws(SystemError) in try shared.jobsReady.signal() }
  }

  /// The answers completed since the last call.
  func finished() throws(EndpointError) -> [Answer] {
    try during("ask the worker") { () throws(SystemError) in try shared.answersReady.wait() }
    return shared.state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  /// Stops the worker from completing anything from now on. Idempotent.
  func hold() {
    shared.state.withLock { $0.heldSince = $0.heldSince ?? .now }
  }

  /// Lets the worker continue, beginning with the jobs that waited.
  func release() throws(EndpointError) {
    shared.state.withLock { state in
      state.account(to: .now)
      state.heldSince = nil
    }
    try during("wake the worker") { () throws(SystemError) in try shared.jobsReady.signal() }
  }

  /// The worker's busy share of the last second, in thousandths; time held up counts as busy.
  func permille(at now: Instant) -> UInt16 {
    shared.state.withLock { state in
      state.account(to: now)
      return state.load.permille(at: now)
    }
  }

  /// Stops the thread and waits for its end; call it once.
  func stop() {
    shared.state.withLock { $0.isDone = true }
    do throws(SystemError) {
      try shared.jobsReady.signal()
      thread.join()
    } catch {
      // It cannot be woken; it ends with the process.
    }
  }

  private static func work(on shared: Shared) {
    while true {
      do throws(SystemError) {
        try shared.jobsReady.wait()
        if shared.state.withLock({ $0.isDone }) { return }
        if process(shared) { try shared.answersReady.signal() }
      } catch {
        return
      }
    }
  }

  /// Completes the waiting jobs; returns whether there are answers.
  private static func process(_ shared: Shared) -> Bool {
    let start = Instant.now
    let jobs = shared.state.withLock { state -> [Job] in
      guard state.heldSince == nil else { return [] }
      defer { state.jobs = [] }
      return state.jobs
    }
    // Without the lock: the I/O thread must never wait for this one. The load is filled in when the answer is sent.
    let answers = jobs.compactMap { job in
      job.frame.answer(serverLoad: 0).map { Answer(asker: job.asker, frame: $0) }
    }
    return shared.state.withLock { state in
      guard state.heldSince == nil else {
        // The worker was held up meanwhile: nothing was completed.
        state.jobs = jobs + state.jobs
        return false
      }
      state.answers += answers
      state.load.add(from: start, to: .now)
      return !answers.isEmpty
    }
  }
}

/// The receiver of an answer.
enum Asker: Sendable, Hashable {
  /// The connection with this token.
  case connection(UInt64)
  /// The sender of a datagram.
  case datagram(DatagramSender)
}
