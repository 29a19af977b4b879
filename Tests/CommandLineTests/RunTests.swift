import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import Results
import TestSupport
import Testing

/// Whether this user can create network namespaces at all; `flatline doctor` says so.
let canMeasure = Task { allowsMeasuring(try await Tool.run("doctor")) }

/// Whether an ordinary user can.
private let canMeasureAsOrdinaryUser = Task { allowsMeasuring(try await Tool.run(asOrdinaryUser + ["doctor"])) }

private var asOrdinaryUser: [String] {
  get throws {
    ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", try Tool.folder + "/flatline"]
  }
}

private func allowsMeasuring(_ doctor: Tool.Result) -> Bool {
  doctor.status == 0 && !doctor.output.contains("on the virtual clock only")
}

@Suite("flatline run", .enabled("this machine cannot measure: see flatline doctor") { try await canMeasure.value })
struct RunTests {
  private func rows(of file: String) throws -> [ResultRow] {
    try ResultsReader.rows(of: try OwnedDescriptor.open(file).readToEnd(), file: file)
  }

  @Test("measures, writes the CSV, prints the comparison and the expectations, and leaves nothing behind")
  func wholePath() async throws {
    let scratch = try Scratch()
    let file = try scratch.file(
      "s.yaml",
      quickScenario(
        expect: """
          expect:
            - {detector: heartbeat, outcome: detected, within: 1s}
            - {detector: none, outcome: missed}
          """))
    let devices = try OwnedDescriptor.open("/proc/net/dev").readToEnd().split(separator: 10).count
    let result = try await Tool.run("run", file, "--output", scratch.path, "--seed", "7")
    #expect(result.status == 0, "\(result.output) \(result.errors)")
    #expect(result.output.contains("heartbeat") && result.output.contains("pass"))
    let csv = try #require(try scratch.files(endingIn: ".csv").first)
    #expect(result.output.contains(csv))
    let rows = try rows(of: csv)
    #expect(rows.count == 4)
    #expect(rows.allSatisfy { $0.faultVerdict == .confirmed && $0.seed == 7 && $0.scenario == "quick" })
    let again = try await Tool.run("summarize", csv)
    #expect(again.status == 0)
    #expect(again.output.contains("2 detected") && again.output.contains("2 missed"))
    #expect(try OwnedDescriptor.open("/proc/net/dev").readToEnd().split(separator: 10).count == devices)
    let named = (try? DirectoryListing.names(in: "/var/run/netns")) ?? []
    #expect(named.isEmpty)
  }

  @Test("a failed expectation is status 1 and says what was seen; too few samples are status 2")
  func expectations() async throws {
    let scratch = try Scratch()
    let failing = try scratch.file(
      "failing.yaml",
      quickScenario(name: "failing", expect: "expect: [{detector: heartbeat, outcome: missed}]"))
    let few = try scratch.file(
      "few.yaml",
      quickScenario(name: "few", expect: "expect: [{detector: heartbeat, percentile: 95, within: 900ms}]"))
    async let first = Tool.run("run", failing, "-o", scratch.path)
    async let second = Tool.run("run", few, "-o", scratch.path)
    let (failed, inconclusive) = try await (first, second)
    #expect(failed.status == 1 && failed.output.contains("FAIL") && failed.output.contains("failing.yaml:11:"))
    #expect(inconclusive.status == 2 && inconclusive.output.contains("59"))
  }

  @Test("--detector, --trials and --format json select and shape what is printed")
  func options() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    let result = try await Tool.run(
      "run", file, "--detector", "none", "--trials", "1", "--format", "json", "-o", "\(scratch.path)/all.csv")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("{") && result.output.contains("\"detector\": \"none\""))
    let rows = try rows(of: "\(scratch.path)/all.csv")
    #expect(rows.map(\.detector) == ["none"] && rows.first?.trialsPlanned == 1)
  }

  @Test("an output that cannot be written, or that exists, is status 74 before anything runs")
  func output() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    let taken = try scratch.file("taken.csv", "precious")
    for target in ["/proc/nowhere", "/proc/nowhere/x.csv", "\(taken)/below/x.csv", taken] {
      let result = try await Tool.run("run", file, "--output", target)
      #expect(result.status == 74, "\(target): \(result.errors)")
      #expect(result.errors.contains(target == taken ? "\(taken): File exists" : "--output"), "\(result.errors)")
    }
    #expect(try OwnedDescriptor.open(taken).readToEnd() == Array("precious".utf8))
  }

  @Test(
    "SIGINT and SIGTERM stop cleanly: status 130 and 143, rows kept, no process left", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) async throws {
    let scratch = try Scratch()
    let file = try scratch.file(
      "s.yaml", quickScenario().replacing("observe: 1500ms", with: "observe: 30s"))
    let output = "\(scratch.path)/rows.csv"
    let (result, pid) = try await Tool.interrupt(["run", file, "-o", output], with: signal) { _ in
      // Both heartbeats' rows have come; `none` waits for the end of the window.
      ((try? OwnedDescriptor.open(output).readToEnd()) ?? []).count { $0 == UInt8(ascii: "\n") } > 2
    }
    #expect(result.status == (signal == SIGINT ? 130 : 143), "\(result.errors)")
    #expect(result.errors.contains("2 of 4 measurements done; rows kept in\n\(output)\n"), "\(result.errors)")
    #expect(Tool.endpoints(of: pid).isEmpty)
    #expect(try rows(of: output).map(\.outcome) == [.detected, .detected])
  }

  @Test("kill -9 leaves no process, and the rows so far can be read")
  func killed() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario().replacing("observe: 1500ms", with: "observe: 30s"))
    let (result, pid) = try await Tool.interrupt(["run", file, "-o", "\(scratch.path)/rows.csv"], with: SIGKILL)
    #expect(result.status == 128 + 9)
    let deadline = Clocks.monotonicNanoseconds() + 5_000_000_000
    while !Tool.endpoints(of: pid).isEmpty, Clocks.monotonicNanoseconds() < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(Tool.endpoints(of: pid).isEmpty)
    _ = try rows(of: "\(scratch.path)/rows.csv")
  }

  @Test(
    "what the machine cannot do is refused with the remedy, status 69; --skip-unsupported runs the rest",
    .enabled(if: !Machine.has(.netem), "this kernel has sch_netem, which it would have to refuse"))
  func unsupported() async throws {
    let scratch = try Scratch()
    let slow = try scratch.file(
      "slow.yaml", quickScenario(name: "slow", extra: "topology: {cables: {server: {delay: 20ms}}}"))
    let good = try scratch.file("good.yaml", quickScenario())
    let refused = try await Tool.run("run", slow, good, "-o", scratch.path)
    #expect(refused.status == 69)
    #expect(refused.errors.contains("sch_netem") && refused.errors.contains("modprobe"))
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
    let skipped = try await Tool.run("run", slow, good, "-o", scratch.path, "--skip-unsupported")
    #expect(skipped.status == 0 && skipped.errors.contains("skipped") && skipped.errors.contains("slow"))
    #expect(try scratch.files(endingIn: ".csv").count == 1)
    #expect(try await Tool.run("run", slow, "-o", scratch.path, "--skip-unsupported").status == 69)
  }

  @Test("without privilege it is status 69 and says what to do", .needsRoot("takes root to give up"))
  func noPrivilege() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    // Root of a user namespace that allows no further ones, without the capability to create network namespaces.
    let script = """
      echo 0 > /proc/sys/user/max_user_namespaces
      exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$@"
      """
    let prefix = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh", try Tool.folder + "/flatline"]
    let run = try await Tool.run(prefix + ["run", file, "-o", scratch.path])
    #expect(run.status == 69, "\(run.errors)")
    #expect(run.errors.contains("namespace") && run.errors.contains("remedy"))
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
    // What is left is the virtual clock, which needs no privilege.
    let doctor = try await Tool.run(prefix + ["doctor"])
    #expect(doctor.status == 0 && doctor.output.contains("on the virtual clock only"), "\(doctor.output)")
    #expect(try await Tool.run(prefix + ["validate", file]).status == 0)
  }

  @Test(
    "an ordinary user measures in a user namespace", .needsRoot("takes root to become another"),
    .enabled("an ordinary user may create no namespaces here") { try await canMeasureAsOrdinaryUser.value })
  func ordinaryUser() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    let run = try await Tool.run(asOrdinaryUser + ["run", file, "-o", scratch.path])
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let rows = try rows(of: try #require(try scratch.files(endingIn: ".csv").first))
    #expect(rows.count == 4 && rows.allSatisfy { $0.faultVerdict == .confirmed })
  }
}
