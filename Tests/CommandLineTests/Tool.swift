import Glibc
import LinuxSystem
import Subprocess
import SystemPackage

/// The built `flatline`, run as a user runs it.
enum Tool {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  static var folder: String {
    get throws {
      let own = try CurrentProcess.executablePath()
      return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }
  }

  static func run(_ arguments: String...) async throws -> Result {
    try await run(["\(folder)/flatline"] + arguments)
  }

  /// Any command, by its path or name.
  static func run(_ command: [String]) async throws -> Result {
    let name = command[0]
    let result = try await Subprocess.run(
      name.contains("/") ? .path(FilePath(name)) : .name(name), arguments: Arguments(Array(command.dropFirst())),
      output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
    return Result(
      status: status(result.terminationStatus), output: result.standardOutput, errors: result.standardError)
  }

  /// Runs `flatline`, and does something to the world while it goes on.
  static func run(
    _ arguments: [String], environment: [Environment.Key: String?] = [:],
    meanwhile: @escaping @Sendable (Int32) async throws -> Void
  ) async throws -> Result {
    let result = try await Subprocess.run(
      .path(FilePath("\(folder)/flatline")), arguments: Arguments(arguments),
      environment: .inherit.updating(environment), input: .none,
      output: .string(limit: 1 << 22), error: .string(limit: 1 << 20)
    ) { execution in
      try await meanwhile(execution.processIdentifier.value)
    }
    return Result(
      status: status(result.terminationStatus), output: result.standardOutput, errors: result.standardError)
  }

  /// Looks every few milliseconds until it is true; false if it is not within 20 seconds.
  @discardableResult
  static func wait(until condition: () throws -> Bool) async throws -> Bool {
    let deadline = Clocks.monotonicNanoseconds() + 20_000_000_000
    while Clocks.monotonicNanoseconds() < deadline {
      if try condition() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }

  /// Starts a run, sends it `signal` a second after it has begun (once its endpoints run), and waits for its end.
  ///
  /// - Returns: its result, and its process identifier.
  static func interrupt(
    _ arguments: [String], with number: Int32, environment: [Environment.Key: String?] = [:],
    hasBegun: @escaping @Sendable (Int32) -> Bool = { !endpoints(of: $0).isEmpty }
  ) async throws -> (Result, pid: Int32) {
    let result = try await Subprocess.run(
      .path(FilePath("\(folder)/flatline")), arguments: Arguments(arguments),
      environment: .inherit.updating(environment), input: .none,
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20)
    ) { execution in
      let pid = execution.processIdentifier.value
      let deadline = Clocks.monotonicNanoseconds() + 20_000_000_000
      while !hasBegun(pid), Clocks.monotonicNanoseconds() < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await Task.sleep(for: .seconds(1))
      kill(pid, number)
      return pid
    }
    return (
      Result(
        status: status(result.terminationStatus), output: result.standardOutput, errors: result.standardError),
      result.closureResult
    )
  }

  /// The endpoints that a run has started and that still live: those that name it as their parent.
  static func endpoints(of run: Int32) -> [Int32] {
    let processes = (try? DirectoryListing.names(in: "/proc"))?.compactMap { Int32($0) } ?? []
    return processes.filter { process in
      guard let file = try? OwnedDescriptor.open("/proc/\(process)/cmdline"), let bytes = try? file.readToEnd() else {
        return false
      }
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.first?.hasSuffix("/flatline-endpoint") == true && words.contains("\(run)")
    }
  }

  /// As a shell reports it: a signal's number plus 128.
  private static func status(_ termination: TerminationStatus) -> Int32 {
    switch termination {
    case .exited(let code): code
    case .signaled(let number): 128 + number
    }
  }
}

/// A scenario that takes two seconds.
func quickScenario(name: String = "quick", extra: String = "", expect: String = "") -> String {
  """
  version: 1
  name: \(name)
  \(extra)
  detectors:
    - heartbeat: {interval: 200ms, timeout: 600ms}
    - none
  timeline:
    - {at: 500ms, inject: cable-pull, cable: server}
  observe: 1500ms
  trials: 2
  \(expect)
  """
}
