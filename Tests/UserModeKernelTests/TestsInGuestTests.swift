import Glibc
import Testing
import UserModeKernel

/// The kernel's behaviour on each of the virtual clock's kernels too: they have netem, which this machine's kernel may
/// lack, another HZ and another version.
@Suite(
  "Tests in a guest",
  .enabled(if: !GuestTestRun.versions.isEmpty, "there is no kernel of the virtual clock (flatline kernel build)"))
struct TestsInGuestTests {
  /// What these kernels legitimately skip.
  private static let expectedSkips = [
    "this kernel has sch_netem, which it would have to refuse",
    // Since Linux 6.15, and since 6.6.
    "this kernel has no tcp_rto_max_ms, or /proc/sys is read-only", "this kernel's netem takes no seed",
  ]

  private func run(
    on version: String, _ filter: String, place: Int, atLeast least: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> GuestTestRun {
    let run = try await GuestTestRun(
      of: try KernelInventory.take().kernel(version: version), filter: filter,
      place: place + (GuestTestRun.versions.firstIndex(of: version) ?? 0))
    run.report(atLeast: least, sourceLocation: sourceLocation)
    for skipped in run.skipped {
      #expect(
        Self.expectedSkips.contains { skipped.reason.contains($0) }, "\(skipped.test): \(skipped.reason)",
        sourceLocation: sourceLocation)
    }
    return run
  }

  @Test(
    "labs, faults and impairments behave as on this machine, netem included", .timeLimit(.minutes(5)),
    arguments: GuestTestRun.versions)
  func labs(version: String) async throws {
    let run = try await run(
      on: version, "^(LabTests|LinuxNetworkTests)[.]|^LinuxSystemTests[.]CPUControlGroupTests", place: 0, atLeast: 75)
    // Tests that this machine may have to skip.
    for name in [
      "ImpairmentTests/jitter", "ImpairmentTests/loss(", "NetemTests/readBack", "LabTests/netem",
      "CPUControlGroupTests/membership",
    ] {
      #expect(run.passed.contains { $0.contains(name) }, "\(name)")
    }
  }

  /// The suites in which no server spins, since spinning would stop virtual time forever.
  @Test(
    "endpoints behave as on this machine",
    .enabled(if: GuestTestRun.canSetLoopbackUp, "iproute2 is not installed: nothing sets the guest's loopback up"),
    .timeLimit(.minutes(5)), arguments: GuestTestRun.versions)
  func endpoints(version: String) async throws {
    let suites = [
      "ConnectCheck", "Connection", "Driver", "FailoverAttempts", "HeartbeatTransport", "KernelTimeout", "Monitor",
      "Workload",
    ]
    _ = try await run(on: version, "^EndpointTests[.](\(suites.joined(separator: "|")))Tests/", place: 1, atLeast: 40)
  }
}
