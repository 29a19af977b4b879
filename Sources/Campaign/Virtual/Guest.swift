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
/// It is told what to do by its environment: arguments are read from /proc, which is not mounted yet.
public struct Guest: Sendable, Hashable {
  public enum Job: String, Sendable, CaseIterable {
    /// Find out what this machine is and lacks.
    case probe
    /// Measure what the order says.
    case measure
  }

  let job: Job

  private static let variable = "FLATLINE_GUEST"

  /// What this process is to do as a guest's first one; nil if it is not that.
  public static var ofThisProcess: Guest? {
    guard CurrentProcess.identifier == 1, let job = getenv(variable).flatMap({ Job(rawValue: String(cString: $0)) })
    else { return nil }
    return Guest(job: job)
  }

  /// What the kernel is to hand to its first process. Iteration of sets and dictionaries, too, is the same in every run.
  var environment: [String] { ["\(Self.variable)=\(job.rawValue)", "SWIFT_DETERMINISTIC_HASHING=1"] }

  /// Does its job and powers the guest off. What goes wrong is printed, on the console.
  ///
  /// - Parameter version: of this program, for the rows.
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
      // The end of the first process is the end of the kernel too: it panics, and says so.
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
      // A long wait is a sign of life too, as long as time passes: half an hour of it comes before a measurement, and each
      // sign costs a tenth of a millisecond.
      while true {
        pulse.beat()
        try await Task.sleep(for: .seconds(100))
      }
    }
    defer { beating.cancel() }
    try await campaign.run(progress: { _ in pulse.beat() }, record: { try await rows.append($0) })
  }
}

/// Tells the host that the guest lives, and what time it is there.
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
        // A host that sees no sign of life ends the guest, which is right where nothing can be written.
      }
    }
  }
}
