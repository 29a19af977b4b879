import CLinux
import Glibc
import Synchronization

/// A disposable thread that does nothing but burn CPU, as a rule at the lowest priority, SCHED_IDLE (sched(7)).
///
/// Disposable, because without privilege a thread cannot leave SCHED_IDLE again.
public final class SpinningThread: Sendable {
  private let thread: pthread_t
  private let shared: Shared

  public enum Priority: Sendable, Hashable {
    /// SCHED_IDLE: only CPU time that no other thread wants.
    case idle
    /// The priority of the thread that starts it.
    case inherited
  }

  /// Starts the thread and waits until it runs at its priority.
  public init(priority: Priority = .idle) throws(SystemError) {
    let shared = Shared(priority)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(shared)
    let code = pthread_create(&thread, nil, spin, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw SystemError("pthread_create", Errno(code: code))
    }
    while sem_wait(shared.running) == -1 {}
    let failure = shared.failure.load(ordering: .acquiring)
    guard failure == 0 else {
      pthread_join(thread, nil)
      throw SystemError("sched_setscheduler(SCHED_IDLE)", Errno(code: failure))
    }
    self.thread = thread
    self.shared = shared
  }

  /// The CPU time that the thread has used so far, in nanoseconds.
  public func cpuNanoseconds() throws(SystemError) -> Int64 {
    try systemCall("the CPU clock of a thread") { clinux_thread_cpu_ns(UInt64(thread)) }
  }

  /// Stops the thread and waits for its end; call it once. Returns the total CPU time that it used, in nanoseconds.
  public func stop() -> Int64 {
    shared.stop.store(true, ordering: .relaxed)
    pthread_join(thread, nil)
    return shared.cpuNanoseconds.load(ordering: .acquiring)
  }

  fileprivate final class Shared: @unchecked Sendable {
    let priority: Priority
    let stop = Atomic(false)
    /// The errno of the failure to run the thread at SCHED_IDLE; 0 if there was none.
    let failure = Atomic<Int32>(0)
    let cpuNanoseconds = Atomic<Int64>(0)
    let running: UnsafeMutablePointer<sem_t>

    init(_ priority: Priority) {
      self.priority = priority
      running = .allocate(capacity: 1)
      sem_init(running, 0, 0)
    }

    deinit {
      sem_destroy(running)
      running.deallocate()
    }
  }
}

private func spin(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let shared = Unmanaged<SpinningThread.Shared>.fromOpaque(context).takeRetainedValue()
  do throws(SystemError) {
    if shared.priority == .idle {
      try systemCall("sched_setscheduler(SCHED_IDLE)") { clinux_set_thread_idle_priority() }
    }
  } catch {
    shared.failure.store(error.errno.code, ordering: .releasing)
    sem_post(shared.running)
    return nil
  }
  sem_post(shared.running)
  while !shared.stop.load(ordering: .relaxed) {}
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  shared.cpuNanoseconds.store(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec), ordering: .releasing)
  return nil
}
