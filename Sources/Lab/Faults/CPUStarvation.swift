import LinuxSystem
import Model
import Synchronization

/// `cpu-saturation`, mode `starved`: the server's process must share a small allowance of CPU time with hogs, so that
/// it still answers, but late.
///
/// A control group of its own limits the process to a tenth of one processor, so that other measurements are hardly
/// disturbed; the hogs are threads of the process, and always end with it. The proof comes from the kernel: how often
/// it cut the group off, and the hogs' CPU time.
public final class CPUStarvation: RunningFault {
  private let service: any ServiceControl
  private let process: any ProcessControl
  private let state = Mutex(State())

  private struct State {
    var limited: Limited?
    var throttledBefore = 0
  }

  /// A process in a control group, and its former group.
  private struct Limited: Sendable {
    let group: CPUControlGroup
    let process: ProcessHandle
    let origin: String
  }

  /// Microseconds. In each period the server and the hogs have a tenth of one processor's time.
  private static let (quota, period) = (10_000, 100_000)

  public init(service: any ServiceControl, process: any ProcessControl) {
    self.service = service
    self.process = process
  }

  public var backend: String { "cgroup-quota" }

  public func prepare() async throws {
    // This fails early, with the kernel's reason.
    try CPUControlGroup.probe()
  }

  public func inject() async throws -> Moment {
    guard let process = await process.process else {
      throw LabError("cpu-saturation", "the server's process does not run")
    }
    let origin = try CPUController.group(of: process)
    let group = try CPUControlGroup(quota: Self.quota, period: Self.period)
    let before = Instant.now
    try group.add(process)
    let throttled = try group.throttling().throttled
    state.withLock {
      $0.limited = Limited(group: group, process: process, origin: origin)
      $0.throttledBefore = throttled
    }
    // The process is limited first, so that its hogs never have a whole processor.
    let moment = try await service.saturate(.starved)
    return Moment(before: before, after: moment.after)
  }

  public func prove(patience: Duration) async throws -> Proof {
    return try await Proof.awaited(patience: patience, proof)
  }

  private func proof() async throws -> Proof {
    let (limited, before) = state.withLock { ($0.limited, $0.throttledBefore) }
    guard let limited else { return Proof.checking([]) }
    guard try CPUController.group(of: limited.process) == limited.group.directory else {
      return Proof(.mismatch, "the server is not in the limited group")
    }
    let throttled = try limited.group.throttling().throttled - before
    let cpuTime = try await service.cpuTime().0 ?? .zero
    guard throttled > 0, cpuTime > .zero else {
      return Proof(.inconclusive, "cut off in \(throttled) periods; the hogs had \(cpuTime.inSeconds) s of CPU time")
    }
    return Proof(
      .confirmed, "cut off from the CPU in \(throttled) periods; the hogs had \(cpuTime.inSeconds) s of CPU time")
  }

  public func heal() async throws -> Moment {
    let limited = state.withLock { $0.limited }
    // The process is freed first, so that it reads the command at once.
    if let limited { try CPUControlGroup.move(limited.process, to: limited.origin) }
    let moment = try await service.relieve()
    // The empty group is removed with its last reference.
    state.withLock { $0.limited = nil }
    return moment
  }

  static let effect = FaultEffect.slow
}
