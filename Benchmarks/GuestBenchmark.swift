import Campaign
import Glibc
import LinuxSystem
import Subprocess
import SystemPackage
import UserModeKernel

/// Short measurements on the virtual clock, on one processor: what one costs, what a boot, and where the time goes.
enum GuestBenchmark {
  private static let scenario = """
    version: 1
    name: short
    detectors:
      - heartbeat: {interval: 1s, timeout: 3s}
    timeline:
      - {at: 3s, inject: cable-pull, cable: server}
    observe: 9s
    """

  static func run() async throws {
    do {
      _ = try KernelInventory.take().kernel(version: nil)
    } catch {
      Benchmarks.report("short measurements a second in a guest", "not measured: \(error)")
      return
    }
    // One guest makes 20 trials: from 1 and 20 trials come the cost of a boot and of a measurement.
    let one = try await seconds(trials: 1)
    let twenty = try await seconds(trials: 20)
    let each = (twenty - one) / 19
    Benchmarks.report(
      "short measurements a second in a guest, on one core", "\((10 / each).rounded() / 10)", target: ">= 15")
    Benchmarks.report(
      "  the same with a boot every 20 of them", "\((10 * 20 / twenty).rounded() / 10)", target: ">= 15")
    Benchmarks.report("  start, boot and first program, without measuring", Benchmarks.milliseconds(one - each))
    try await reportParts(of: one - each, each: each)
  }

  /// Where the time goes, as far as this program's own chores in guests tell it.
  private static func reportParts(of run: Double, each: Double) async throws {
    var template = Array("/tmp/flatline-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchmarkFailure("mkdtemp: \(Errno(code: errno).text)") }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { DirectoryRemoval.remove(directory) }
    let machine = try BenchmarkMachine(directory: directory)
    let boot = try await machine.seconds(.nothing)
    Benchmarks.report("    a guest's boot and end, with a program that does nothing", Benchmarks.milliseconds(boot))
    Benchmarks.report(
      "    the rest: plan, endpoints' starts, first use of everything", Benchmarks.milliseconds(run - boot))
    let lab = try await machine.secondsEach(.labs)
    Benchmarks.report("  one measurement more", Benchmarks.milliseconds(each))
    Benchmarks.report("    its lab, built and let go", Benchmarks.milliseconds(lab))
    Benchmarks.report(
      "    the rest: endpoints' roles, traffic, fault, samples, row", Benchmarks.milliseconds(each - lab))
    Benchmarks.report(
      "    saved by reuse: an endpoint's start and end",
      Benchmarks.milliseconds(try await machine.secondsEach(.endpoints)))
  }

  /// The median of five runs.
  private static func seconds(trials: Int) async throws -> Double {
    let place = "/tmp/flatline-benchmark-\(CurrentProcess.identifier)"
    let file = "\(place).yaml"
    try OwnedDescriptor.open(file, flags: O_WRONLY | O_CREAT | O_TRUNC).writeAll(Array(scenario.utf8))
    defer { unlink(file) }
    let tool = EndpointExecutable.path.replacing("flatline-endpoint", with: "flatline")
    var seconds: [Double] = []
    for _ in 0..<5 {
      unlink("\(place).csv")
      seconds.append(
        try await Benchmarks.timed {
          let result = try await Subprocess.run(
            .path(FilePath(tool)),
            arguments: [
              "run", "--clock", "virtual", "--jobs", "1", "--seed", "1", "--trials", "\(trials)", "--output",
              "\(place).csv", file,
            ], output: .discarded, error: .string(limit: 4096))
          guard case .exited(0) = result.terminationStatus else { throw BenchmarkFailure(result.standardError) }
        })
    }
    unlink("\(place).csv")
    return Benchmarks.median(seconds)
  }
}
