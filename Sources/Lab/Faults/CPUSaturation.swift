import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// `cpu-saturation` (except mode `starved`): the server's process answers nothing, while its kernel goes on
/// acknowledging.
///
/// The server's event loop, or in mode `worker` its worker, parks. Except in mode `stall`, a thread at SCHED_IDLE spins
/// in its place: it uses only idle CPU time, so it saturates its own server without disturbing other measurements. The
/// proof comes from a witness with connections of its own: a request unanswered, a keepalive probe answered, CPU time
/// consumed (or, stalled, not consumed); all after t0.
public final class CPUSaturation: RunningFault {
  private let lab: Lab
  private let service: any ServiceControl
  private let mode: SaturationMode
  private let state = Mutex(State())

  private struct State {
    var witness: Witness?
    var injectedAt: Instant?
    /// What the witness had counted right after the injection.
    var baseline: Task<Witness.Keepalive, any Error>?
  }

  public init(lab: Lab, service: any ServiceControl, mode: SaturationMode) {
    self.lab = lab
    self.service = service
    self.mode = mode
  }

  public var backend: String {
    switch mode {
    case .busyLoop, .worker, .starved: "idle-priority-thread"
    case .stall: "parked-thread"
    }
  }

  public func prepare() async throws {
    let (lab, service) = (lab, service)
    let witness = try await DedicatedThread.run { try Witness(in: lab, service: service) }
    state.withLock { $0.witness = witness }
  }

  public func inject() async throws -> Moment {
    let moment = try await service.saturate(mode)
    let witness = try witness()
    // Runs in a separate task, since the connection under test must be sampled right after t0.
    let baseline = Task { [service] in
      _ = try witness.bytesAnswered()
      try witness.ask(service.request)
      return try await witness.keepalive()
    }
    state.withLock {
      $0.baseline = baseline
      $0.injectedAt = moment.after
    }
    return moment
  }

  public func prove(patience: Duration) async throws -> Proof {
    // The witness sends its next keepalive probe within about a second.
    return try await Proof.awaited(patience: patience, proof)
  }

  private func proof() async throws -> Proof {
    let witness = try witness()
    let (baseline, injectedAt) = state.withLock { ($0.baseline, $0.injectedAt) }
    guard let baseline, let injectedAt else { return Proof(.mismatch, "not seen: an injection") }
    let before = try await baseline.value
    let answered = try witness.bytesAnswered()
    let now = try await witness.keepalive()
    let (consumed, at) = try await service.cpuTime()
    let cpuTime = consumed ?? .zero
    let elapsed = at - injectedAt
    let share = elapsed > .zero ? cpuTime.inSeconds / elapsed.inSeconds : 0
    if answered > 0 {
      return Proof(.mismatch, "the service answered a request", cpuShare: share)
    }
    let isStall = mode == .stall
    // A parked process does nothing but obey the runner's commands.
    if isStall, cpuTime > elapsed / 10 + .milliseconds(50) {
      return Proof(.mismatch, "the stalled process consumes CPU time", cpuShare: share)
    }
    let missing = [
      // A parked process may have used no CPU time: on the virtual clock, work takes no time.
      (
        isStall ? consumed != nil : cpuTime > .zero,
        isStall ? "a report that the process is stalled" : "CPU time consumed"
      ),
      (now.probesSent > before.probesSent, "a keepalive probe sent"),
      (now.segmentsIn > before.segmentsIn && now.unanswered == 0, "a keepalive probe acknowledged"),
    ].filter { !$0.0 }.map(\.1)
    guard missing.isEmpty else {
      let evidence = "not seen within \(elapsed.inSeconds) s: \(missing.joined(separator: ", "))"
      return Proof(.inconclusive, evidence, cpuShare: share)
    }
    return Proof(
      .confirmed, "a request unanswered, a keepalive probe acknowledged, \(isStall ? "no " : "")CPU time consumed",
      cpuShare: share)
  }

  public func heal() async throws -> Moment {
    try await service.relieve()
  }

  /// The server itself notices nothing. A worker is only one thread of a process that has another one.
  static func effect(of mode: SaturationMode, on connection: ConnectionUnderTest) -> FaultEffect {
    if mode == .starved { return CPUStarvation.effect }
    if connection.observer == .server { return .none }
    return .serviceUnresponsive(mode == .worker && connection.responder == .ioThread ? .worker : .process)
  }

  private func witness() throws(LabError) -> Witness {
    guard let witness = state.withLock({ $0.witness }) else {
      throw LabError("cpu-saturation", "prepare() was not called")
    }
    return witness
  }
}
