import Campaign
import LinuxSystem
import Model
import UserModeKernel

/// What a run on the virtual clock needs from this machine: a kernel, places for its memory and files, and the kernel's
/// features.
struct VirtualMachine: Sendable {
  let means: GuestMeans
  let facts: GuestFacts

  /// Finds everything, and boots the kernel once if its features are not known yet.
  ///
  /// - Parameters:
  ///   - version: the kernel's version; nil for the newest one.
  ///   - jobs: how many guests run at a time.
  ///   - work: the run's own directory, for the files that guests share with it.
  init(kernel version: String?, jobs: Int, work: WorkDirectory) async throws {
    let executable = try CurrentProcess.executablePath()
    // Guests have their own versions of these directories, and would not see it there.
    if let hidden = ["/dev/", "/proc/", "/sys/"].first(where: { executable.hasPrefix($0) }) {
      throw Failure(
        .unsupported, "guests cannot see \(executable)\n  remedy: install flatline elsewhere than in \(hidden)")
    }
    let kernel = try KnownKernels.inventory().kernel(version: version)
    let processors = try GuestProcess.allowedProcessors().count
    means = GuestMeans(
      kernel: kernel.executable, executable: executable,
      memoryDirectory: try MemoryDirectory.choose(megabytes: jobs * GuestMeans.usualMemory),
      workDirectory: work.path,
      // Guests that share a processor are slower by the same factor.
      patience: GuestMeans.standardPatience * max(1, (jobs + processors - 1) / processors))
    facts = try await GuestFacts.known(of: kernel, version: Version.current, means: means)
  }
}
