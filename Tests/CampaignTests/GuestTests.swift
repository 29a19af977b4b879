import Glibc
import LinuxSystem
import Logging
import Model
import Results
import ScenarioReader
import Synchronization
import TestSupport
import Testing
import UserModeKernel

@testable import Campaign

/// Guests on the virtual clock, and what becomes of those that fail.
@Suite("Guests of the virtual clock")
struct GuestTests {
  private static let text = """
    version: 1
    name: guest
    detectors:
      - keepalive: {idle: 60s, interval: 20s, probes: 3}
      - heartbeat: {interval: 30s, timeout: 90s}
    timeline:
      - {at: 200s, inject: cable-pull, cable: server}
    observe: 600s
    trials: 3
    """

  @Test("a guest measures hours in seconds, each row inside its prediction, which is exact to a tick")
  func measures() async throws {
    let rows = try await GuestRun(Self.text).rows()
    #expect(rows.count == 6)
    for row in rows {
      #expect(row.clock == .virtual && row.hz == 100)
      #expect(row.outcome == .detected && row.faultVerdict == .confirmed, "\(row.reason ?? "")")
      #expect(row.withinPrediction == true)
      let width = (row.predictedMax ?? .zero) - (row.predictedMin ?? .zero)
      #expect(width <= .milliseconds(11), "\(row.detector): \(width)")
    }
  }

  @Test("a guest that is killed is an error row with its kernel's end, and the rest of its part is measured")
  func killed() async throws {
    let run = try GuestRun(Self.text)
    let hasKilled = Mutex(false)
    let rows = try await run.rows(detectors: ["heartbeat"], trials: 20) { rows, guests in
      // Once, when there are some rows.
      guard rows > 0, let guest = guests.first else { return }
      hasKilled.withLock { hasKilled in
        if !hasKilled { kill(guest, SIGKILL) }
        hasKilled = true
      }
    }
    let errors = rows.filter { $0.outcome == .error }
    #expect(errors.count == 1)
    for row in errors {
      #expect(row.reason?.contains("killed by signal 9") == true, "\(row.reason ?? "")")
      #expect(row.kernel != "" && row.clock == .virtual)
    }
    #expect(rows.count { $0.outcome == .detected } == 19)
    #expect(rows.map(\.trial).sorted() == Array(1...20))
  }

  @Test("a guest that is killed after its last row has failed nobody: no trial has two rows")
  func killedAtTheEnd() async throws {
    let rows = try await GuestRun(Self.text).rows(detectors: ["heartbeat"]) { rows, guests in
      if rows == 3 { for guest in guests { kill(guest, SIGKILL) } }
    }
    #expect(rows.map(\.trial) == [1, 2, 3] && rows.allSatisfy { $0.outcome == .detected })
  }

  @Test("a guest that hangs is killed, and is an error row that says so")
  func hung() async throws {
    let run = try GuestRun(Self.text, patience: .seconds(2))
    let rows = try await run.rows(detectors: ["heartbeat"], trials: 1) { _, guests in
      for guest in guests { kill(guest, SIGSTOP) }
    }
    #expect(rows.map(\.outcome) == [.error])
    #expect(rows[0].reason?.contains("hung: no sign of life for 2s") == true, "\(rows[0].reason ?? "")")
  }

  @Test("a guest whose kernel panics is an error row with the kernel's last words")
  func panicked() async throws {
    // A kernel without its first program.
    let run = try GuestRun(Self.text, program: "/nonexistent/flatline")
    let rows = try await run.rows(detectors: ["heartbeat"], trials: 1)
    #expect(rows.map(\.outcome) == [.error])
    #expect(rows[0].reason?.contains("Kernel panic") == true, "\(rows[0].reason ?? "")")
  }

  /// A program in the place of a kernel, which keeps count of its starts.
  private struct FalseKernel {
    let path: String
    private let scratch: Scratch

    /// - Parameter action: what the shell does after it has counted.
    init(_ action: String) throws {
      scratch = try Scratch()
      path = try scratch.file("linux", "#!/bin/sh\necho >> \(scratch.path)/starts\n\(action)\n", mode: 0o755)
    }

    func starts() throws -> Int { try scratch.text("starts").count }
  }

  @Test("guests that always hang are given up after three: the rest are error rows with the reason, in all shards")
  func alwaysHung() async throws {
    let kernel = try FalseKernel("exec sleep 1000")
    let run = try GuestRun(Self.text, patience: .milliseconds(500), kernel: kernel.path)
    // Two shards of one detector, one after the other.
    let rows = try await run.rows(detectors: ["heartbeat"], trials: 25, jobs: 1)
    // One that is killed before its first line does not count.
    #expect(try (1...3).contains(kernel.starts()))
    #expect(rows.map(\.trial) == Array(1...25) && rows.allSatisfy { $0.outcome == .error })
    let reasons = rows.map { $0.reason ?? "" }
    #expect(reasons[2].contains("hung: no sign of life for 500ms"), "\(reasons[2])")
    for reason in reasons[3...] {
      #expect(reason.contains("not tried, as 3 guests in a row had failed"), "\(reason)")
      #expect(reason.contains("hung: no sign of life"), "\(reason)")
    }
  }

  @Test("guests of one detector that always crash are no reason to give up on another's")
  func alwaysCrashed() async throws {
    let kernel = try FalseKernel("echo Kernel panic: none; exit 7")
    let rows = try await GuestRun(Self.text, kernel: kernel.path).rows(trials: 5, jobs: 1)
    #expect(try kernel.starts() == 6)
    #expect(rows.count == 10)
    #expect(rows.allSatisfy { $0.reason?.contains("Kernel panic: none") == true })
  }

  @Test("a guest that cannot be prepared leaves no directory behind")
  func unprepared() async throws {
    let run = try GuestRun(Self.text)
    let directory = GuestDirectory(path: "\(run.directory)/guest")
    await #expect(throws: CampaignError.self) {
      _ = try await run.means.boot(
        .measure, in: directory, processor: nil, prepare: { _ in throw SystemError("write", .accessDenied) })
    }
    #expect(try DirectoryListing.names(in: run.directory).isEmpty)
  }

  @Test("a kernel that cannot be started is an error of the run, not of a row")
  func noKernel() async throws {
    let run = try GuestRun(Self.text, kernel: "/nonexistent/linux")
    await #expect(throws: CampaignError.self) { try await run.rows(detectors: ["heartbeat"], trials: 1) }
  }

  @Test("nothing is left of a run: no process, no file")
  func leavesNothing() async throws {
    let run = try GuestRun(Self.text)
    _ = try await run.rows(detectors: ["heartbeat"], trials: 1)
    #expect(try DirectoryListing.names(in: run.directory).isEmpty)
    #expect(run.processes.isEmpty)
  }

  @Test("a cancelled run kills its guests")
  func cancelled() async throws {
    let run = try GuestRun(Self.text)
    let task = Task { try await run.rows(trials: 3) }
    // Whichever of its two guests is seen first; if none ever is, the run has ended and throws nothing below.
    let deadline = ContinuousClock.now + .seconds(60)
    while run.guests.isEmpty, .now < deadline { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(run.processes.isEmpty)
    #expect(try DirectoryListing.names(in: run.directory).isEmpty)
  }
}

/// A plan run in guests, and a look at them meanwhile.
final class GuestRun: Sendable {
  private let scratch: Scratch
  var directory: String { scratch.path }
  private let file: ScenarioFile
  let means: GuestMeans

  init(
    _ text: String, patience: Duration = .seconds(60), kernel: String? = nil, program: String? = nil
  ) throws {
    scratch = try Scratch()
    file = ScenarioFile(name: "guest.yaml", text: text)
    means = GuestMeans(
      kernel: try kernel ?? KernelInventory.take().kernel(version: nil).executable,
      executable: program ?? BuiltProgram.flatline.path,
      memoryDirectory: try MemoryDirectory.choose(megabytes: 512), workDirectory: scratch.path, patience: patience)
  }

  /// The kernels' own processes.
  var guests: [Int32] { processes.filter { getpgid($0) == $0 } }

  /// All that belong to guests, found by the directory that they run in.
  var processes: [Int32] {
    let processes = ((try? DirectoryListing.names(in: "/proc")) ?? []).compactMap { Int32($0) }
    return processes.filter { process in
      var buffer = [CChar](repeating: 0, count: 4096)
      let length = readlink("/proc/\(process)/cwd", &buffer, buffer.count)
      guard length > 0 else { return false }
      return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .hasPrefix(directory + "/")
    }
  }

  /// - Parameter meddle: is told how many rows there are and which guests run, every few milliseconds.
  func rows(
    detectors: [String]? = nil, trials: Int? = nil, jobs: Int = 2,
    meddle: (@Sendable (Int, [Int32]) -> Void)? = nil
  ) async throws -> [ResultRow] {
    let scenarios = ScenarioReader.read([file]).scenarios
    let plan = try Planner.plan(scenarios, seed: 1, trials: trials, detectors: detectors)
    let campaign = VirtualCampaign(
      plan, files: Dictionary(uniqueKeysWithValues: scenarios.map { ($0.name, file) }), means: means,
      facts: GuestFacts(release: "test", hz: 100),
      options: VirtualCampaign.Options(jobs: jobs, version: "test", runIdentifier: "test"),
      logger: Logger(label: "test"))
    let rows = Collected()
    let meddling = Task {
      while !Task.isCancelled {
        meddle?(rows.all.count, guests)
        try? await Task.sleep(for: .milliseconds(3))
      }
    }
    defer { meddling.cancel() }
    try await campaign.run { row in rows.add(row) }
    return rows.all
  }

  private final class Collected: Sendable {
    private let state = Mutex([ResultRow]())
    var all: [ResultRow] { state.withLock { $0 } }
    func add(_ row: ResultRow) { state.withLock { $0.append(row) } }
  }
}
