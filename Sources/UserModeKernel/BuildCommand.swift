import LinuxSystem
import Subprocess
import SystemPackage

/// A step of a build: a program that runs to its end, with all processes that it starts.
struct BuildCommand: Sendable {
  /// What is done, for the error: `compile the kernel`.
  let stage: String
  let program: String
  let arguments: [String]

  /// How many of the last lines an error message shows.
  private static let shown = 20

  /// Runs it; cancelling the task kills it with everything that it has started.
  ///
  /// - Parameter line: receives every line of its output and errors.
  /// - Throws: an error with its last lines if it does not succeed.
  func run(line: (String) -> Void = { _ in }) async throws {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
    var tail: [String] = []
    let status = try await Subprocess.run(
      .name(program), arguments: Arguments(arguments), environment: environment, platformOptions: options,
      input: .none, output: .sequence, error: .combinedWithOutput
    ) { execution in
      for try await text in execution.standardOutput.strings() {
        line(text)
        if Self.isNews(text) { tail.append(text) }
        if tail.count > Self.shown { tail.removeFirst() }
      }
    }.terminationStatus
    try Task.checkCancellation()
    guard status.isSuccess else { throw BuildCommandFailure(command: self, status: "\(status)", lastLines: tail) }
  }

  /// The environment for a kernel's Makefile: without variables that would change the build (`MAKEFLAGS`, `ARCH`, `O`,
  /// ...), and with messages in English.
  private var environment: Environment {
    var variables: [Environment.Key: String] = ["LC_ALL": "C"]
    for name in ["PATH", "HOME", "TMPDIR"] {
      if let value = CurrentProcess.environment(name) { variables[Environment.Key(stringLiteral: name)] = value }
    }
    return .custom(variables)
  }

  /// Whether a line says more than that one of many files is being compiled: `  CC      net/ipv4/tcp.o`.
  private static func isNews(_ line: String) -> Bool {
    !line.isEmpty && !(line.hasPrefix("  ") && line.dropFirst(2).first?.isUppercase == true)
  }
}

/// A build program that failed.
struct BuildCommandFailure: Error {
  let command: BuildCommand
  let status: String
  let lastLines: [String]
}
