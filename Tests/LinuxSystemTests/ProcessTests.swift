import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("Processes and threads")
struct ProcessTests {
  @Test("a process is stopped, resumed and killed, and each shows in its threads' states")
  func signals() throws {
    let number = try TestChild.sleeping()
    let process = try ProcessHandle(number)
    func waitForState(_ matches: ([Character]) -> Bool) -> Bool {
      for _ in 1...1000 {
        if matches(ProcessHandle.threadStates(of: number)) { return true }
        usleep(10_000)
      }
      return false
    }
    try process.send(.stop)
    #expect(waitForState { $0 == ["T"] })
    #expect(ProcessHandle.isAlive(number))
    try process.send(.resume)
    #expect(waitForState { $0 == ["S"] })
    let hasEnded = process.waitForEnd(milliseconds: 0)
    #expect(!hasEnded)
    try process.send(.kill)
    let ends = process.waitForEnd(milliseconds: 10_000)
    #expect(ends)
    // A zombie until its parent waits for it.
    #expect(!ProcessHandle.isAlive(number))
    #expect(waitpid(number, nil, 0) == number)
    #expect(ProcessHandle.threadStates(of: number).isEmpty)
    do throws(SystemError) {
      try process.send(.stop)
      Issue.record("a process that is gone accepted a signal")
    } catch {
      #expect(error.errno == Errno(code: ESRCH))
    }
  }

  @Test("a child's handle is taken before it can be waited for, and refuses everything afterwards")
  func reaped() async throws {
    let child = try ChildProcess()
    let taken = Mutex(ProcessHandle?.none)
    let (end, _) = try await DedicatedThread.run {
      try child.run("/bin/sleep", arguments: ["1000"]) { handle in
        taken.withLock { $0 = handle }
        // Signals go through the descriptor, even to a process that has not run its first instruction.
        do throws(SystemError) {
          try handle.send(.stop)
          try handle.send(.kill)
        } catch {
          Issue.record(error)
        }
        #expect((try? handle.withNumber { $0 }) == handle.identifier)
      } heard: { _ in
      }
    }
    #expect(end == .signalled(SIGKILL))
    let handle = try #require(taken.withLock { $0 })
    #expect(handle.hasEnded)
    for signal in [ProcessHandle.Signal.kill, .stop, .resume] {
      let error = #expect(throws: SystemError.self) { try handle.send(signal) }
      #expect(error?.errno == Errno(code: ESRCH))
    }
    // From here on, another process may have the number: it is no longer used.
    let error = #expect(throws: SystemError.self) { try handle.withNumber { _ in Issue.record("by a free number") } }
    #expect(error?.errno == Errno(code: ESRCH))
    #expect(handle.threadStates().isEmpty)
  }

  @Test("a missing process cannot be opened")
  func missing() {
    // Above the highest possible process number (PID_MAX_LIMIT, include/linux/threads.h).
    #expect(throws: SystemError.self) { _ = try ProcessHandle(4_194_305) }
  }

  @Test("one thread wakes another through a counter, and joins it")
  func counter() throws {
    final class Shared: Sendable {
      let ready: EventCounter
      let done: EventCounter
      init() throws {
        ready = try EventCounter(blocking: true)
        done = try EventCounter(blocking: false)
      }
    }
    let shared = try Shared()
    let thread = try JoinableThread {
      do throws(SystemError) {
        try shared.ready.wait()
        try shared.done.signal()
      } catch {
        Issue.record(error)
      }
    }
    func isDone() -> Bool {
      var request = pollfd(fd: shared.done.descriptor.raw, events: Int16(POLLIN), revents: 0)
      return poll(&request, 1, 0) == 1
    }
    #expect(!isDone())
    try shared.ready.signal()
    thread.join()
    #expect(isDone())
    try shared.done.wait()
    #expect(!isDone())
    // Not blocking: a counter of zero is not an error.
    try shared.done.wait()
  }
}
