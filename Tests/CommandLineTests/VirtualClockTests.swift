import Glibc
import LinuxSystem
import Model
import Results
import Subprocess
import TestSupport
import Testing

@Suite("run --clock virtual, as a user sees it")
struct VirtualClockTests {
  /// The file's bytes but for what differs between two runs of the same: the run's name and the time of day. Only the
  /// rows of `detector`, if one is named.
  private func comparable(_ file: String, detector: String? = nil) throws -> String {
    var text = String(decoding: try OwnedDescriptor.open(file).readToEnd(), as: UTF8.self)
    let rows = try observations(file)
    for row in rows where detector.map({ $0 != row.detector }) ?? false {
      text = text.replacing(String(decoding: CSVEncoder.row(row), as: UTF8.self), with: "")
    }
    for row in rows { text = text.replacing(row.run, with: "RUN").replacing(row.startedAt, with: "NOW") }
    return text
  }

  private func observations(_ file: String) throws -> [ResultRow] {
    try ResultsReader.rows(of: try OwnedDescriptor.open(file).readToEnd(), file: file)
  }

  private func run(_ scratch: Scratch, _ scenario: String, _ name: String, _ options: String...) async throws -> String
  {
    let output = "\(scratch.path)/\(name).csv"
    let result = try await Tool.run(
      ["\(Tool.folder)/flatline", "run", "--clock", "virtual", "--output", output] + options + [scenario])
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    #expect(result.errors.contains("times as fast"), "\(result.errors)")
    return output
  }

  private let scenario = """
    version: 1
    name: repeatable
    topology:
      cables:
        server: {delay: 10ms, jitter: 3ms, loss: 5%}
    workload: requests: {every: 700ms, timeout: 2s}
    detectors:
      - keepalive: {idle: 2s, interval: 1s, probes: 3, userTimeout: 5s}
      - heartbeat: {interval: 1s, timeout: 4s}
      - phi-accrual: {interval: 500ms, threshold: 8, mode: watch}
    timeline:
      - {at: 10s, inject: router-restart, downtime: 3s}
    observe: 40s
    trials: 3
    """.replacing("workload: requests:", with: "workload:\n  requests:")

  @Test("the same seed gives the same rows, twice in a row, on one job or four, and with one detector or all")
  func repeatable() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", scenario)
    async let first = run(scratch, file, "first", "--seed", "5", "--jobs", "1")
    async let second = run(scratch, file, "second", "--seed", "5", "--jobs", "1")
    async let parallel = run(scratch, file, "parallel", "--seed", "5", "--jobs", "4")
    async let alone = run(scratch, file, "alone", "--seed", "5", "--detector", "heartbeat")
    async let other = run(scratch, file, "other", "--seed", "6")
    let rows = try observations(await first)
    #expect(rows.count == 9)
    #expect(rows.allSatisfy { $0.clock == .virtual && $0.outcome != .error }, "\(rows.compactMap(\.reason))")
    let text = try comparable(await first)
    #expect(try comparable(await second) == text)
    #expect(try comparable(await parallel) == text)
    #expect(try comparable(await alone) == comparable(await first, detector: "heartbeat"))
    let others = try observations(await other)
    #expect(others.map(\.trial) == rows.map(\.trial))
    #expect(others.map(\.faultAt) != rows.map(\.faultAt))
  }

  @Test("a fault that spins is refused, with the mode that can be timed as the remedy")
  func spinning() async throws {
    let scratch = try Scratch()
    let text = quickScenario().replacing(
      "inject: cable-pull, cable: server", with: "inject: cpu-saturation, mode: busy-loop")
    let result = try await Tool.run(
      "run", "--clock", "virtual", "--output", scratch.path, try scratch.file("s.yaml", text))
    #expect(result.status == 69)
    #expect(result.errors.contains("mode: stall"), "\(result.errors)")
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("a kernel that is not there is named, with the command that builds it")
  func missingKernel() async throws {
    let scratch = try Scratch()
    let result = try await Tool.run(
      "run", "--clock", "virtual", "--kernel", "5.4", "--output", scratch.path,
      try scratch.file("s.yaml", quickScenario()))
    #expect(result.status == 69)
    #expect(
      result.errors.contains("5.4") && result.errors.contains("flatline kernel build --source"), "\(result.errors)")
  }

  @Test("--kernel without the virtual clock is a mistake")
  func kernelOnRealClock() async throws {
    let scratch = try Scratch()
    let result = try await Tool.run("run", "--kernel", "6.12", try scratch.file("s.yaml", quickScenario()))
    #expect(result.status == 64)
    #expect(result.errors.contains("--clock virtual"), "\(result.errors)")
  }

  @Test(
    "an ordinary user without any capability needs no more, and rows are in the order of the plan",
    .needsRoot("takes root to become another"))
  func ordinaryUser() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    let kernel = try #require(try await Tool.run("kernel", "path").output.split(separator: "\n").first)
    // The user's own cache holds the same kernel.
    let cache = "\(scratch.path)/cache"
    let copy = """
      mkdir -p \(cache)/flatline/kernels && cp -r "$(dirname \(kernel))" \
      \(cache)/flatline/kernels/ && chmod -R a+rX \(cache)
      """
    #expect(try await Tool.run(["sh", "-c", copy]).status == 0)
    let result = try await Tool.run([
      "env", "XDG_CACHE_HOME=\(cache)", "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
      "--bounding-set", "-all", "--no-new-privs", try Tool.folder + "/flatline", "run", "--clock", "virtual",
      "--output",
      scratch.path + "/rows.csv", file,
    ])
    #expect(result.status == 0, "\(result.errors)")
    let rows = try observations(scratch.path + "/rows.csv")
    #expect(rows.map(\.trial) == [1, 1, 2, 2])
    #expect(rows.map(\.detector) == ["heartbeat", "none", "heartbeat", "none"])
    #expect(try await Tool.run(["rm", "-r", cache]).status == 0)
  }

  @Test(
    "where no namespace of any kind can be made, it measures all the same",
    .enabled("user namespaces are refused here already") { CurrentProcess.canAdministerSystem })
  func noNamespaces() async throws {
    let scratch = try Scratch()
    let arguments = "--output \(scratch.path)/rows.csv \(try scratch.file("s.yaml", quickScenario()))"
    let result = try await Tool.run([
      "unshare", "--user", "--map-root-user", "sh", "-c",
      """
      for limit in /proc/sys/user/max_*_namespaces; do echo 0 > $limit || exit 99; done
      ! unshare --net true 2>&1 && ! unshare --user true 2>&1 || exit 98
      exec \(try Tool.folder)/flatline run --clock virtual \(arguments)
      """,
    ])
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    let rows = try observations(scratch.path + "/rows.csv")
    #expect(rows.count == 4 && rows.allSatisfy { $0.outcome != .error }, "\(rows.compactMap(\.reason))")
  }

  @Test("an interrupted run keeps its rows and leaves neither processes nor files")
  func interrupted() async throws {
    let scratch = try Scratch()
    let text = quickScenario().replacing("trials: 2", with: "trials: 2000")
    let output = scratch.path + "/rows.csv"
    let arguments = ["run", "--clock", "virtual", "--output", output, try scratch.file("s.yaml", text)]
    let (result, run) = try await Tool.interrupt(arguments, with: SIGINT, environment: ["TMPDIR": scratch.path]) { _ in
      // A row has come.
      ((try? OwnedDescriptor.open(output).readToEnd()) ?? []).count { $0 == UInt8(ascii: "\n") } > 1
    }
    #expect(result.status == 130, "\(result.errors)")
    #expect(try !observations(scratch.path + "/rows.csv").isEmpty)
    #expect(try DirectoryListing.names(in: scratch.path).sorted() == ["rows.csv", "s.yaml"])
    // Guests work in its directory, and name it by the run's own path.
    let left = try DirectoryListing.names(in: "/proc").compactMap { Int32($0) }.filter { process in
      var buffer = [CChar](repeating: 0, count: 4096)
      let length = readlink("/proc/\(process)/cwd", &buffer, buffer.count)
      return String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .hasPrefix(scratch.path)
    }
    #expect(left.isEmpty && kill(run, 0) == -1)
  }

  @Test("what a killed run left in the place for temporary files is removed by the next, and nothing else")
  func leftovers() async throws {
    let scratch = try Scratch()
    let (stale, mine, link) = ("flatline-run-abcDEF", "flatline-run-mine42", "flatline-run-linked")
    let make = """
      cd \(scratch.path) && mkdir -m 700 \(stale) \(mine) && touch \(stale)/.flatline-run \(stale)/order \(mine)/rows.csv
      mkdir other && touch other/.flatline-run && ln -s other \(link) && ln -s /nonexistent flatline-run-nowher
      """
    #expect(try await Tool.run(["sh", "-c", make]).status == 0)
    let result = try await Tool.run([
      "env", "TMPDIR=\(scratch.path)", "\(Tool.folder)/flatline", "run", "--clock", "virtual", "--output",
      scratch.path + "/rows.csv", try scratch.file("s.yaml", quickScenario()),
    ])
    #expect(result.status == 0, "\(result.errors)")
    let left = try DirectoryListing.names(in: scratch.path).sorted()
    #expect(left == [link, mine, "flatline-run-nowher", "other", "rows.csv", "s.yaml"].sorted())
    #expect(access("\(scratch.path)/other/.flatline-run", F_OK) == 0)
    #expect(try await Tool.run(["rm", "-r", scratch.path]).status == 0)
  }
}
