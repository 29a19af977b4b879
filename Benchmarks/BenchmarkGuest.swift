import Campaign
import Glibc
import Lab
import LinuxSystem
import Model
import UserModeKernel

/// What this program does as the first process of a guest: one thing, so many times. Told by its environment.
enum Chore: String {
  /// Start, and power off.
  case nothing
  /// Build a routed lab, and let it go.
  case labs
  /// Start a process of `flatline-endpoint`, and wait for its end.
  case endpoints

  private static let variable = "FLATLINE_BENCHMARK"

  /// What the kernel is to hand to its first process.
  func environment(times: Int) -> [String] {
    ["\(Self.variable)=\(rawValue),\(times)", "SWIFT_DETERMINISTIC_HASHING=1"]
  }

  /// Does what this process was started for in a guest, and does not return then.
  static func doIfAny() throws {
    guard CurrentProcess.identifier == 1, let order = CurrentProcess.environment(variable)?.split(separator: ","),
      order.count == 2, let chore = Chore(rawValue: String(order[0])), let times = Int(order[1])
    else { return }
    try GuestSystem.mount("proc", at: "/proc")
    for _ in 0..<times { try chore.doOnce() }
    try GuestSystem.powerOff()
  }

  private func doOnce() throws {
    switch self {
    case .nothing: break
    case .labs: _ = try DedicatedThread.runBlocking { try Lab(Topology()) }
    case .endpoints:
      let child = try ChildProcess()
      child.endInput()
      let (end, complaint) = try child.run(EndpointExecutable.path, arguments: [], started: { _ in }, heard: { _ in })
      guard end == .exited(0) else { throw BenchmarkFailure("an endpoint \(end): \(complaint)") }
    }
  }
}

/// Boots guests for chores.
struct BenchmarkMachine {
  private let kernel: String
  private let memoryDirectory: String
  private let directory: String

  /// - Parameter directory: one of its own, which exists.
  init(directory: String) throws {
    kernel = try KernelInventory.take().kernel(version: nil).executable
    memoryDirectory = try MemoryDirectory.choose(megabytes: 256)
    self.directory = directory
    guard symlink(try CurrentProcess.executablePath(), "\(directory)/init") == 0 else {
      throw BenchmarkFailure("create \(directory)/init: \(Errno(code: errno).text)")
    }
  }

  /// The seconds that a whole guest takes, with its kernel's start and end: the median of five.
  func seconds(_ chore: Chore, times: Int = 1) async throws -> Double {
    let machine = GuestMachine(
      kernel: kernel, initName: "init", environment: chore.environment(times: times), memory: 256,
      processor: try GuestProcess.allowedProcessors().first, directory: directory, memoryDirectory: memoryDirectory)
    var seconds: [Double] = []
    for _ in 0..<5 {
      seconds.append(
        try await Benchmarks.timed {
          let end = try await machine.run(console: "\(directory)/console")
          guard end == .exited(0) else { throw BenchmarkFailure("the guest \(end), see \(directory)/console") }
        })
    }
    return Benchmarks.median(seconds)
  }

  /// The seconds that one more of a chore takes in a guest that is up.
  func secondsEach(_ chore: Chore, times: Int = 40) async throws -> Double {
    (try await seconds(chore, times: 1 + times) - seconds(chore)) / Double(times)
  }
}
