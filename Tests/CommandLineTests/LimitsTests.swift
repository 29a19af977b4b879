import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing

/// What becomes of `flatline` where threads, descriptors or /proc are missing: a clear word, and status 69.
@Suite("A machine's limits", .serialized, .needsRoot("takes root to become another user"))
struct LimitsTests {
  /// Runs flatline as a user who has no other processes, with a limit of processes and threads.
  private func run(processes limit: Int, _ arguments: [String]) async throws -> Tool.Result {
    try await Tool.run(
      [
        "timeout", "60", "setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups", "prlimit",
        "--nproc=\(limit)", try Tool.folder + "/flatline",
      ] + arguments)
  }

  private func scenario(_ scratch: Scratch) throws -> String {
    try scratch.file("quick.yaml", quickScenario(expect: "expect: [{detector: none, outcome: missed}]"))
  }

  @Test("with one thread, all commands that only compute say what they say with many", arguments: [1, 2, 3, 4, 5])
  func computing(limit: Int) async throws {
    let scratch = try Scratch()
    let file = try scenario(scratch)
    for arguments in [
      ["validate", file], ["predict", file], ["schema"], ["--help"], ["--version"], ["run", "--help"],
    ] {
      let result = try await run(processes: limit, arguments)
      let usual = try await Tool.run([try Tool.folder + "/flatline"] + arguments)
      guard arguments != ["run", "--help"] || limit > 4 else {
        #expect(result.status == 69)
        continue
      }
      // How long a run would take depends on how many measurements the limit allows at a time.
      let isSame = result.output.split(separator: "\n").first == usual.output.split(separator: "\n").first
      #expect(result.status == 0 && isSame, "\(arguments): \(result.errors)")
      if arguments[0] != "validate" { #expect(result.output == usual.output, "\(arguments)") }
    }
    let invalid = try await run(processes: limit, ["validate", try scratch.file("bad.yaml", "version: 2")])
    #expect(invalid.status == 65)
  }

  @Test("without threads, what needs them is status 69 and names the limit", arguments: [1, 2, 3])
  func noThreads(limit: Int) async throws {
    let scratch = try Scratch()
    let file = try scenario(scratch)
    for arguments in [
      ["run", "--output", scratch.path, file], ["run", "--clock", "virtual", "--output", scratch.path, file],
      ["doctor"],
      ["kernel", "list"],
    ] {
      let result = try await run(processes: limit, arguments)
      #expect(result.status == 69, "\(arguments)")
      #expect(result.errors.contains("(RLIMIT_NPROC, ulimit -u) is \(limit)"), "\(result.errors)")
      #expect(result.errors.contains("remedy: "))
    }
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("too few threads to measure with are told as that, not as missing modules", arguments: [8, 20])
  func fewThreads(limit: Int) async throws {
    let scratch = try Scratch()
    let file = try scenario(scratch)
    for clock in Clock.allCases {
      let result = try await run(processes: limit, ["run", "--clock", clock.rawValue, "--output", scratch.path, file])
      #expect(result.status == 69, "\(clock): \(result.errors)")
      #expect(result.errors.contains("processes and threads"), "\(result.errors)")
      #expect(!result.errors.contains("modprobe"), "\(result.errors)")
    }
    let doctor = try await run(processes: limit, ["doctor"])
    #expect(doctor.output.contains("more processes and threads"), "\(doctor.output)\(doctor.errors)")
    #expect(!doctor.output.contains("MISSING: pthread_create"), "\(doctor.output)")
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("too few descriptors are status 69, with the number that it takes", arguments: [10, 24, 60])
  func fewDescriptors(limit: Int) async throws {
    let scratch = try Scratch()
    let command = "ulimit -n \(limit); exec \(try Tool.folder)/flatline"
    for clock in Clock.allCases {
      let result = try await Tool.run([
        "sh", "-c", "\(command) run --clock \(clock.rawValue) --output \(scratch.path) \(try scenario(scratch))",
      ])
      #expect(result.status == 69, "\(clock): \(result.errors)")
      #expect(result.errors.contains("\(limit) open descriptors"), "\(result.errors)")
      #expect(result.errors.contains("ulimit -n"))
    }
    let doctor = try await Tool.run(["sh", "-c", "\(command) doctor"])
    #expect(doctor.output.contains("MISSING: this user may have \(limit) open descriptors"), "\(doctor.output)")
    let validation = try await Tool.run(["sh", "-c", "\(command) validate \(try scenario(scratch))"])
    #expect(validation.status == 0, "\(validation.errors)")
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("where /proc is hidden, no command takes itself for called without arguments")
  func hiddenProc() async throws {
    let scratch = try Scratch()
    for arguments in ["validate \(try scenario(scratch))", "--version", "doctor"] {
      let result = try await Tool.run([
        "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec \(Tool.folder)/flatline \(arguments)",
      ])
      #expect(result.status == 69, "\(arguments)")
      #expect(result.output.isEmpty && result.errors.contains("/proc"), "\(result.output)\(result.errors)")
    }
  }

  @Test("a run that was started with the signals blocked is ended by them all the same", arguments: [SIGTERM, SIGINT])
  func blockedSignals(number: Int32) async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario().replacing("trials: 2", with: "trials: 1000"))
    let output = scratch.path + "/rows.csv"
    let result = try await Tool.run([
      "sh", "-c",
      """
      env --block-signal=TERM,INT,HUP \(try Tool.folder)/flatline run --jobs 1 --output \(output) \(file) &
      for i in $(seq 600); do test -s \(output) && break; sleep 0.1; done
      kill -\(number) $!; wait $!
      """,
    ])
    #expect(result.status == 128 + number, "\(result.errors)")
  }
}
