import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite("The executor of blocking calls")
struct BlockingExecutorTests {
  @Test("however many of its tasks block, the tasks of Swift's own pool go on")
  func apart() async throws {
    let executor = try BlockingExecutor()
    let gate = Gate()
    try await withThrowingTaskGroup { group in
      // More than either has threads.
      for _ in 1...64 {
        group.addTask {
          await withTaskExecutorPreference(executor) { gate.pass() }
        }
      }
      while gate.comers < 2 { try await Task.sleep(for: .milliseconds(1)) }
      // All its threads are blocked, and would stay blocked forever if these tasks did not run.
      for _ in 1...200 {
        group.addTask {
          try await Task.sleep(for: .milliseconds(1))
          await Task.yield()
        }
      }
      for _ in 1...200 { try await group.next() }
      #expect(gate.comers <= max(2, CurrentProcess.processors))
      gate.open()
      try await group.waitForAll()
    }
    #expect(gate.comers == 64)
  }

  @Test("its tasks run on its own threads, also after a wait, and the caller returns to its former thread")
  func threads() async throws {
    let executor = try BlockingExecutor()
    let names = try await withTaskExecutorPreference(executor) {
      let before = ThreadIdentity.current
      try await Task.sleep(for: .milliseconds(5))
      return [before, ThreadIdentity.current]
    }
    let pool = await withTaskGroup(of: ThreadIdentity.self) { group in
      for _ in 1...100 { group.addTask { ThreadIdentity.current } }
      return await group.reduce(into: Set<ThreadIdentity>()) { $0.insert($1) }
    }
    #expect(pool.isDisjoint(with: names))
    #expect(!names.contains(ThreadIdentity.current))
  }

  @Test("its threads end with it")
  func end() async throws {
    func threads() throws -> Set<String> { Set(try DirectoryListing.names(in: "/proc/self/task")) }
    var executor: BlockingExecutor? = try BlockingExecutor()
    let own = await withTaskExecutorPreference(executor) { "\(clinuxThread())" }
    #expect(try threads().contains(own))
    executor = nil
    for _ in 1...1000 where try threads().contains(own) { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try !threads().contains(own))
  }

  /// gettid(2), by way of /proc.
  private func clinuxThread() -> Int32 {
    var buffer = [CChar](repeating: 0, count: 100)
    let length = readlink("/proc/thread-self", &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: "/").last.flatMap { Int32($0) } ?? 0
  }
}

/// Which thread runs.
private struct ThreadIdentity: Hashable {
  private let number: UInt

  static var current: ThreadIdentity { ThreadIdentity(number: UInt(pthread_self())) }
}

/// Threads wait before it until it is opened.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)
  private let count = Mutex(0)

  /// How many have come so far.
  var comers: Int { count.withLock { $0 } }

  func open() { isOpen.withLock { $0 = true } }

  func pass() {
    count.withLock { $0 += 1 }
    while !isOpen.withLock({ $0 }) { usleep(1000) }
  }
}
