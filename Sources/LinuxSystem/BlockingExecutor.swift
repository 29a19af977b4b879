import Synchronization

/// An executor with threads of its own, for tasks that make calls which block in the kernel: netlink, cgroups, /proc/sys.
///
/// Swift concurrency's own pool has a thread for each processor. A call that blocks one of them delays every task that
/// only has to read an event or a clock. Here it delays only other blocking tasks.
///
/// No more threads than the pool has: most such calls wait for one kernel lock (RTNL), and the more calls wait at a
/// time, the longer each one takes from the instant before it to the instant after it.
///
/// A task that runs here must not outlive the executor: code that prefers it (`withTaskExecutorPreference`) must hold a
/// reference to it.
public final class BlockingExecutor: TaskExecutor {
  private let queue = JobQueue()

  /// Starts its threads, as many as there are processors, and at least two.
  ///
  /// - Throws: if it cannot start that many threads.
  public init() throws(SystemError) {
    for _ in 0..<max(2, CurrentProcess.processors) {
      do throws(SystemError) {
        try DedicatedThread.start { [queue] in queue.runJobs() }
      } catch {
        queue.close()
        throw error
      }
    }
  }

  deinit { queue.close() }

  public func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), for: asUnownedTaskExecutor())
  }
}

/// The jobs that wait for a thread.
private final class JobQueue: Sendable {
  private struct State {
    var jobs: [(job: UnownedJob, executor: UnownedTaskExecutor)] = []
    /// The index of the first waiting job; the jobs before it are done.
    var next = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  /// One unit for every job and, once the queue is closed, one for every thread.
  private let available = Semaphore()

  func append(_ job: UnownedJob, for executor: UnownedTaskExecutor) {
    state.withLock { $0.jobs.append((job, executor)) }
    available.signal()
  }

  /// Ends the threads.
  func close() {
    state.withLock { $0.isClosed = true }
    available.signal()
  }

  /// Runs jobs on the calling thread until the queue is closed.
  func runJobs() {
    while true {
      available.wait()
      let next = state.withLock { state -> (job: UnownedJob, executor: UnownedTaskExecutor)? in
        guard state.next < state.jobs.count else { return nil }
        defer {
          state.next += 1
          if state.next == state.jobs.count { (state.jobs, state.next) = ([], 0) }
        }
        return state.jobs[state.next]
      }
      guard let next else {
        // The queue is closed: the next thread must learn of it too.
        return available.signal()
      }
      next.job.runSynchronously(on: next.executor)
    }
  }
}
