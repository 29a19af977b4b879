import Glibc
import Lab
import LinuxSystem
import Logging
import Model
import Results
import ScenarioReader
import Synchronization

/// What runs inside a user-mode kernel, as its first process: one more shard of the plan, measured by the same code.
///
/// It gets its job through its environment: arguments are read from /proc, which is not mounted yet.
public struct Guest: Sendable, Hashable {
  public enum Job: String, Sendable, CaseIterable {
    /// Find out what this machine has and lacks.
    case probe
    /// Measure what the order says.
    case measure
  }

  let job: Job

  private static let variable = "FLATLINE_GUEST"

  /// This process's job as a guest's first process; nil if it is not one.
  public static var ofThisProcess: Guest? {
    guard CurrentProcess.identifier == 1, let job = getenv(variable).flatMap({ Job(rawValue: String(cString: $0)) })
    else { return nil }
    return Guest(job: job)
  }

  /// The environment that the kernel passes to its first process. It also makes the iteration order of sets and
  /// dictionaries the same in every run.
  var environment: [String] { ["\(Self.variable)=\(job.rawValue)", "SWIFT_DETERMINISTIC_HASHING=1"] }

  /// Does its job and powers the guest off. Errors are printed on the console.
  ///
  /// - Parameter version: the version of this program, for the rows.
  public func main(version: String) async {
    do {
      let shared = try GuestRoom.furnish()
      switch job {
      case .probe: try GuestDirectory.write(GuestFacts.ofThisMachine().text, to: shared.facts)
      case .measure: try await measure(in: shared, version: version)
      }
      try GuestDirectory.write("", to: shared.done)
    } catch {
      print("flatline: \(error)")
      fflush(nil)
    }
    do {
      try GuestSystem.powerOff()
    } catch {
      // If the first process ends, the kernel panics and says so.
      print("flatline: \(error)")
      fflush(nil)
      exit(70)
    }
  }

  private func measure(in shared: GuestDirectory, version: String) async throws {
    let order = try GuestOrder(text: GuestDirectory.text(of: shared.order))
    try GuestRoom.seedRandom(order)
    let file = ScenarioFile(name: shared.scenario, bytes: try OwnedDescriptor.open(shared.scenario).readToEnd())
    let kernel = try KernelFacts.ofThisMachine()
    let campaign = Campaign(
      try order.plan(file), kernel: kernel,
      options: Campaign.Options(
        jobs: 1, endpointExecutable: EndpointExecutable.path, version: version, runIdentifier: order.run,
        clock: .virtual, reusesEndpoints: true),
      logger: Logger(label: "flatline", factory: StreamLogHandler.standardError(label:)))
    let rows = try ResultFile(creating: shared.rows)
    let pulse = try Pulse(shared.pulse)
    let beating = Task {
      // Signs of life also go out during a long wait, as long as time passes: up to half an hour passes before a
      // measurement, and each sign costs a tenth of a millisecond.
      while true {
        pulse.beat()
        try await Task.sleep(for: .seconds(100))
      }
    }
    defer { beating.cancel() }
    try await campaign.run(progress: { _ in pulse.beat() }, record: { try await rows.append($0) })
  }
}

/// Tells the host that the guest is alive, and its time.
private final class Pulse: Sendable {
  private let file: Mutex<OwnedDescriptor>

  init(_ path: String) throws(SystemError) {
    file = Mutex(try OwnedDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_APPEND))
  }

  func beat() {
    file.withLock { file in
      do throws(SystemError) {
        try file.writeAll(Array("\(Instant.now.nanoseconds)\n".utf8))
      } catch {
        // Without a sign of life the host ends the guest, which is right if nothing can be written.
      }
    }
  }
}
