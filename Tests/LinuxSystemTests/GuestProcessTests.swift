import Glibc
import LinuxSystem
import Synchronization
import Testing

/// Any program is run as a user-mode kernel is.
@Suite("Guests as processes")
struct GuestProcessTests {
  private static func run(
    _ path: String, _ arguments: String..., started: @escaping @Sendable (Int32) -> Void = { _ in },
    ended: @escaping @Sendable () -> Void = {}
  ) async throws -> ProcessEnd {
    try await DedicatedThread.run {
      try GuestProcess.run(
        path, arguments: arguments, environment: [], directory: "/",
        output: OwnedDescriptor.open("/dev/null", flags: O_WRONLY), processor: nil, started: started, ended: ended)
    }
  }

  @Test("its end is reported before another process can get its number")
  func end() async throws {
    let number = Mutex<Int32>(0)
    let wasOurs = Mutex(false)
    let end = try await Self.run("/bin/sh", "-c", "exit 3", started: { process in number.withLock { $0 = process } }) {
      // A zombie still has its number.
      wasOurs.withLock { $0 = Glibc.kill(number.withLock { $0 }, 0) == 0 }
    }
    #expect(end == .exited(3))
    #expect(wasOurs.withLock { $0 })
    #expect(Glibc.kill(number.withLock { $0 }, 0) == -1)
  }

  @Test("a program that cannot be started reports why, and leaves no process")
  func noProgram() async throws {
    let number = Mutex<Int32>(0)
    let error = await #expect(throws: SystemError.self) {
      try await Self.run("/nonexistent/linux", started: { process in number.withLock { $0 = process } })
    }
    #expect(error?.errno == .notFound)
    #expect(Glibc.kill(number.withLock { $0 }, 0) == -1)
  }

  @Test("a guest that is stopped at any moment, even before its program runs, can be killed")
  func stopped() async throws {
    let end = Mutex<ProcessEnd?>(nil)
    // In a separate task: if its thread waits forever, this test does not.
    let running = Task {
      let ended = try await Self.run("/bin/sleep", "1000") { process in
        kill(process, SIGSTOP)
        Task {
          try await Task.sleep(for: .milliseconds(100))
          GuestProcess.kill(group: process)
        }
      }
      end.withLock { $0 = ended }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while end.withLock({ $0 == nil }), .now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    #expect(end.withLock { $0 } == .signalled(SIGKILL))
    running.cancel()
  }
}
