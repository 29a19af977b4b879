import Glibc
import Lab
import LinuxSystem
import Model
import Synchronization
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// Runs all of Swift concurrency on one thread: in a guest, and if there are no threads for libdispatch.
///
/// The standard executor is libdispatch, whose workqueue looks after its threads every second
/// (`_dispatch_workq_monitor_pools`, src/event/workqueue.c): over the months of a virtual clock, a guest would do
/// little else. One thread also avoids hand-overs between threads, which are expensive there, and gives a fixed order
/// of events.
final class OneThreadExecutor: TaskExecutor, SchedulingExecutor {
  private let state = Mutex(State())
  private let timer: MonotonicTimer
  private let wake: EventCounter
  private let epoll: Epoll

  private struct State {
    var ready: [UnownedJob] = []
    /// Sorted by due time, then by arrival.
    var waiting: [(due: Instant, job: UnownedJob)] = []
    /// The thread that runs jobs.
    var runner: pthread_t?
  }

  init() throws(SystemError) {
    timer = try MonotonicTimer()
    wake = try EventCounter(blocking: false)
    epoll = try Epoll()
    try epoll.add(timer.descriptor, for: .readable, token: 0)
    try epoll.add(wake.descriptor, for: .readable, token: 1)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.ready.append(job) }
    signal()
  }

  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
  ) {
    schedule(UnownedJob(job), after: delay)
  }

  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C
  ) {
    schedule(UnownedJob(job), after: clock.now.duration(to: instant))
  }

  /// Every clock of the standard library counts in `Swift.Duration`.
  private func schedule(_ job: UnownedJob, after delay: some DurationProtocol) {
    let due = Instant.now + max(.zero, delay as? Duration ?? .zero)
    state.withLock { state in
      let place = state.waiting.firstIndex { $0.due > due } ?? state.waiting.endIndex
      state.waiting.insert((due, job), at: place)
    }
    signal()
  }

  /// Wakes the running thread, unless it is the caller.
  private func signal() {
    if state.withLock({ $0.runner.map { pthread_equal($0, pthread_self()) != 0 } ?? false }) { return }
    do throws(SystemError) {
      try wake.signal()
    } catch {
      // Full only after 2^64 - 2 signals without a read.
    }
  }

  /// Runs jobs forever, on the calling thread.
  func run() throws(SystemError) -> Never {
    state.withLock { $0.runner = pthread_self() }
    var armed: Instant?
    // An expired timer stays readable until it is set again or disarmed.
    var hasExpired = false
    while true {
      while let job = nextJob() { job.runSynchronously(on: asUnownedTaskExecutor()) }
      let due = state.withLock { $0.waiting.first?.due }
      if due != armed || hasExpired { try timer.set(due?.nanoseconds) }
      armed = due
      hasExpired = false
      for event in try epoll.wait() {
        if event.token == 0 {
          hasExpired = true
          takeDue(by: .now)
        } else {
          try wake.wait()
        }
      }
    }
  }

  private func nextJob() -> UnownedJob? {
    state.withLock { $0.ready.isEmpty ? nil : $0.ready.removeFirst() }
  }

  /// Only when the timer has expired: in a guest, reading the clock is a system call.
  private func takeDue(by now: Instant) {
    state.withLock { state in
      let due = state.waiting.prefix { $0.due <= now }
      state.ready += due.map(\.job)
      state.waiting.removeFirst(due.count)
    }
  }
}

/// Makes it the executor of everything.
struct OneThreadExecutorFactory: ExecutorFactory {
  static let executor = try? OneThreadExecutor()
  static var mainExecutor: any MainExecutor { PlatformExecutorFactory.mainExecutor }
  static var defaultExecutor: any TaskExecutor { executor ?? PlatformExecutorFactory.defaultExecutor }
}
