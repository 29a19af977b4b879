import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite("Child processes")
struct ChildProcessTests {
  private final class Heard: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  }

  /// Runs a shell's command to its end.
  private func shell(
    _ command: String, _ child: ChildProcess, heard: Heard = Heard(),
    started: @escaping @Sendable (ProcessHandle) -> Void = { _ in }
  ) async throws -> (end: ProcessEnd, complaint: String) {
    try await DedicatedThread.run {
      try child.run("/bin/sh", arguments: ["-c", command], started: started, heard: { heard.add($0) })
    }
  }

  @Test("it reads what is written to it, even before it has started, and its output is received")
  func conversation() async throws {
    let child = try ChildProcess()
    let heard = Heard()
    try child.write(Array("one\ntwo\n".utf8))
    child.endInput()
    let (end, complaint) = try await shell("cat; echo three", child, heard: heard)
    #expect(end == .exited(0))
    #expect(heard.text == "one\ntwo\nthree\n")
    #expect(complaint.isEmpty)
  }

  @Test("its status and the end of its standard error are reported")
  func failure() async throws {
    let (end, complaint) = try await shell("seq 5000 >&2; echo no such luck >&2; exit 3", ChildProcess())
    #expect(end == .exited(3))
    #expect(complaint.hasSuffix("5000\nno such luck\n"))
    #expect(complaint.utf8.count == 4096)
  }

  @Test("a killed process reports the signal, and its number is free afterwards")
  func killed() async throws {
    let child = try ChildProcess()
    let number = Mutex<Int32>(0)
    let (end, _) = try await shell("exec sleep 1000", child) { process in
      number.withLock { $0 = process.identifier }
      child.kill()
    }
    #expect(end == .signalled(SIGKILL))
    #expect(Glibc.kill(number.withLock { $0 }, 0) == -1)
    child.kill()
  }

  @Test("a process that was killed before it started does not run")
  func killedEarly() async throws {
    let child = try ChildProcess()
    child.kill()
    #expect(try await shell("exec sleep 1000", child).end == .signalled(SIGKILL))
  }

  @Test("a missing program is an error")
  func missing() async throws {
    let child = try ChildProcess()
    await #expect(throws: SystemError.self) {
      try await DedicatedThread.run {
        try child.run("/nonexistent", arguments: [], started: { _ in }, heard: { _ in }).complaint
      }
    }
  }

  @Test("it inherits only its three standard descriptors")
  func descriptors() async throws {
    // A descriptor that is not closed on exec.
    let stray = OwnedDescriptor(owning: dup(2))
    let heard = Heard()
    _ = try await shell("exec ls /proc/self/fd", ChildProcess(), heard: heard)
    _ = stray.raw
    // And the one by which ls reads the directory.
    #expect(heard.text.split(separator: "\n") == ["0", "1", "2", "3"])
  }

  @Test("writing to a process that has ended is an error, and raises no signal")
  func broken() async throws {
    let child = try ChildProcess()
    _ = try await shell("exit 0", child)
    #expect(throws: SystemError.self) { try child.write([0]) }
  }
}
