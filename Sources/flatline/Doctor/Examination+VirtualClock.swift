import Campaign
import LinuxSystem
import UserModeKernel

extension Examination {
  /// The requirements of runs on the virtual clock: a kernel, permission to trace processes, a place for the guests'
  /// memory, and, if these are available, a guest that boots.
  static func virtualClock() async -> [Check] {
    let kernel = Result { () throws(UserModeKernelError) in try KnownKernels.inventory().kernel(version: nil) }
    let memory = Result { () throws(UserModeKernelError) in
      try MemoryDirectory.choose(megabytes: GuestMeans.standardMemory)
    }
    let tracing = Result { () throws(SystemError) in try ProcessTracing.check() }
    let parts = [
      check("kernel", kernel, remedy: "flatline kernel build, or make kernel"),
      check(
        "tracing", tracing,
        remedy: "allow ptrace: a container's seccomp profile or kernel.yama.ptrace_scope=3 may forbid it"),
      check(
        "memory", memory,
        remedy:
          "TMPDIR=DIRECTORY that can be written, is not mounted noexec and has \(GuestMeans.standardMemory) MiB free"),
    ]
    guard case (.success(let kernel), .success(let memory), .success) = (kernel, memory, tracing) else { return parts }
    let boot: Result<Void, any Error>
    do {
      try await self.boot(kernel, memory: memory)
      boot = .success(())
    } catch {
      boot = .failure(error)
    }
    return parts + [check("boot of \(kernel.release)", boot, remedy: "flatline kernel build --rebuild")]
  }

  /// Boots the kernel once, with this executable as its first process.
  private static func boot(_ kernel: BuiltKernel, memory: String) async throws {
    let work = try WorkDirectory()
    defer { withExtendedLifetime(work) {} }
    let means = GuestMeans(
      kernel: kernel.executable, executable: try CurrentProcess.executablePath(), memoryDirectory: memory,
      workDirectory: work.path)
    _ = try await GuestFacts.found(by: means)
  }

  private static func check<Success, Failure>(
    _ name: String, _ result: Result<Success, Failure>, remedy: String
  ) -> Check {
    var reason: String?
    // Some errors contain a remedy, on separate lines.
    if case .failure(let error) = result { reason = "\(error)".split(separator: "\n").first.map(String.init) }
    return Check(
      name: virtualClockPrefix + name, available: reason == nil, essential: false, reason: reason,
      disables: "runs on the virtual clock (--clock virtual)", remedy: remedy)
  }
}
