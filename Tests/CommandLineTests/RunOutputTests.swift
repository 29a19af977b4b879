import Glibc
import LinuxSystem
import Model
import Results
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What becomes of a run's files, on the virtual clock, which needs no privilege.
@Suite("A run's output")
struct RunOutputTests {
  private let scratch: Scratch
  private let scenario: String
  /// Scores of trials: there is time to do something to the file.
  private let longer: String

  init() throws {
    scratch = try Scratch()
    scenario = try scratch.file("s.yaml", quickScenario())
    longer = try scratch.file("longer.yaml", quickScenario().replacing("trials: 2", with: "trials: 60"))
  }

  private func rows(of file: String) throws -> [ResultRow] {
    try ResultsReader.rows(of: try OwnedDescriptor.open(file).readToEnd(), file: file)
  }

  private func lines(of file: String) -> Int {
    ((try? OwnedDescriptor.open(file).readToEnd()) ?? []).count { $0 == UInt8(ascii: "\n") }
  }

  private func run(_ arguments: String...) async throws -> Tool.Result {
    try await Tool.run(["\(Tool.folder)/flatline", "run", "--clock", "virtual"] + arguments)
  }

  @Test("that was removed is rescued beside it: status 74, and the report names the file that there is")
  func removed() async throws {
    let file = "\(scratch.path)/x.csv"
    let result = try await Tool.run(["run", "--clock", "virtual", "-o", file, longer]) { _ in
      try await Tool.wait { lines(of: file) > 2 }
      unlink(file)
    }
    #expect(result.status == 74)
    let rescued = "\(scratch.path)/x-rescued.csv"
    #expect(
      result.errors.contains("\(file) was removed during the run; its rows are in \(rescued)"), "\(result.errors)")
    #expect(result.output.contains("rows: \(rescued)\n") && !result.output.contains("rows: \(file)"))
    #expect(try rows(of: rescued).count == 120 && access(file, F_OK) == -1)
    // In the order of the plan, as always on this clock.
    #expect(try rows(of: rescued).map(\.trial) == rows(of: rescued).map(\.trial).sorted())
  }

  @Test("whose directory was removed is printed on standard output, as CSV that can be read: status 74")
  func directoryRemoved() async throws {
    let file = "\(scratch.path)/new/x.csv"
    let result = try await Tool.run(["run", "--clock", "virtual", "-o", file, longer]) { _ in
      try await Tool.wait { lines(of: file) > 2 }
      DirectoryRemoval.remove("\(scratch.path)/new")
    }
    #expect(result.status == 74)
    #expect(result.errors.contains("120 rows are in no file; they are on standard output, as CSV"), "\(result.errors)")
    #expect(try ResultsReader.rows(of: Array(result.output.utf8), file: "stdout").count == 120)
  }

  @Test(
    "that does not fit on the disk any more is printed on standard output, and the file stays readable",
    .enabled("mounting takes CAP_SYS_ADMIN") { CurrentProcess.canAdministerSystem })
  func fullDisk() async throws {
    mkdir("\(scratch.path)/small", 0o755)
    defer { rmdir("\(scratch.path)/small") }
    let result = try await Tool.run([
      "unshare", "--mount", "sh", "-c",
      """
      mount -t tmpfs -o size=16k tmpfs \(scratch.path)/small || exit 99
      \(Tool.folder)/flatline run --clock virtual -o \(scratch.path)/small/x.csv \(longer) > \(scratch.path)/out.csv
      status=$?
      cp \(scratch.path)/small/x.csv \(scratch.path)/kept.csv
      exit $status
      """,
    ])
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.contains("No space left on device") && result.errors.contains("on standard output, as CSV"))
    let (kept, printed) = (try rows(of: "\(scratch.path)/kept.csv"), try rows(of: "\(scratch.path)/out.csv"))
    #expect(!kept.isEmpty && !printed.isEmpty && kept.allSatisfy { !printed.contains($0) })
  }

  @Test("is made with the directories that are missing; its path is told as a shell takes it")
  func missingDirectories() async throws {
    let file = "\(scratch.path)/a b/c/it's.csv"
    defer { DirectoryRemoval.remove("\(scratch.path)/a b") }
    let result = try await run("-o", file, scenario)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasSuffix("\nrows: '\(scratch.path)/a b/c/it'\\''s.csv'\n"), "\(result.output)")
    #expect(try rows(of: file).count == 4)
  }

  @Test("that exists is refused with the remedy, and replaced with --force")
  func force() async throws {
    let file = try scratch.file("x.csv", "precious")
    let refused = try await run("-o", file, scenario)
    #expect(refused.status == 74 && refused.errors.contains("--force replaces it"), "\(refused.errors)")
    #expect(try OwnedDescriptor.open(file).readToEnd() == Array("precious".utf8))
    let forced = try await run("-o", file, "--force", scenario)
    #expect(forced.status == 0 && forced.output.contains("rows: \(file)\n"), "\(forced.errors)")
    #expect(try rows(of: file).count == 4)
    #expect(try DirectoryListing.names(in: scratch.path).sorted() == ["longer.yaml", "s.yaml", "x.csv"])
  }

  @Test(
    "that has no row when the run is interrupted is not left, nor is what was made for it; an older one stays",
    arguments: [SIGINT, SIGTERM])
  func beforeTheFirstRow(signal: Int32) async throws {
    // Its guest is busy for minutes.
    let slow = try scratch.file(
      "slow.yaml",
      quickScenario().replacing("interval: 200ms, timeout: 600ms", with: "interval: 10ms, timeout: 30ms")
        .replacing("500ms", with: "100h").replacing("observe: 1500ms", with: "observe: 101h")
        .replacing("    - none\n", with: ""))
    let old = try scratch.file("old.csv", "precious")
    let place = scratch.path
    for (output, options) in [("\(place)/new/x.csv", []), ("\(place)/new", []), (old, ["--force"])] {
      let (result, _) = try await Tool.interrupt(
        ["run", "--clock", "virtual", "-o", output, slow] + options, with: signal, environment: ["TMPDIR": place]
      ) { _ in
        // A guest has been given its order.
        let runs = ((try? DirectoryListing.names(in: place)) ?? []).filter { $0.hasPrefix("flatline-run-") }
        return runs.contains { ((try? DirectoryListing.names(in: "\(place)/\($0)")) ?? []).contains("guest-000001") }
      }
      #expect(result.status == (signal == SIGINT ? 130 : 143), "\(result.errors)")
      #expect(result.errors.contains("0 of 4 measurements done; no file is left"), "\(result.errors)")
      #expect(
        try DirectoryListing.names(in: place).sorted() == ["longer.yaml", "old.csv", "s.yaml", "slow.yaml"])
    }
    #expect(try OwnedDescriptor.open(old).readToEnd() == Array("precious".utf8))
  }

  @Test("a signal after the last row ends the run at once, whatever its report waits for, and the rows are kept")
  func duringTheReport() async throws {
    // A pipe that is full, and that nobody reads: printing never ends.
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let reading = OwnedDescriptor(owning: ends[0])
    let writing = OwnedDescriptor(owning: ends[1])
    defer { withExtendedLifetime(reading) {} }
    _ = fcntl(writing.raw, F_SETFL, O_NONBLOCK)
    while let count = try? writing.write(Array(repeating: 0, count: 4096)[...]), count > 0 {}
    _ = fcntl(writing.raw, F_SETFL, 0)
    let (file, log) = ("\(scratch.path)/x.csv", try scratch.file("log", ""))
    let errors = try OwnedDescriptor.open(log, flags: O_WRONLY | O_APPEND)
    let result = try await Subprocess.run(
      .path(FilePath("\(Tool.folder)/flatline")),
      arguments: Arguments(["run", "--clock", "virtual", "-o", file, scenario]), input: .none,
      output: .fileDescriptor(FileDescriptor(rawValue: writing.raw), closeAfterSpawningProcess: false),
      error: .fileDescriptor(FileDescriptor(rawValue: errors.raw), closeAfterSpawningProcess: false)
    ) { execution in
      let pid = execution.processIdentifier.value
      try await Tool.wait { try text(log).contains("times as fast") }
      try await Task.sleep(for: .milliseconds(500))
      kill(pid, SIGTERM)
      let hasEnded = try await Tool.wait {
        try OwnedDescriptor.open("/proc/\(pid)/stat").readToEnd().contains(UInt8(ascii: "Z"))
      }
      if !hasEnded { kill(pid, SIGKILL) }
    }
    #expect(result.terminationStatus == .exited(143))
    #expect(try text(log).contains("terminated: 4 of 4 measurements done; rows kept in\n\(file)"))
    #expect(try rows(of: file).count == 4)
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }
}
