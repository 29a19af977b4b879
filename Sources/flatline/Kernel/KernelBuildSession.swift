import Campaign
import LinuxNetwork
import LinuxSystem
import Model
import UserModeKernel

/// One call of `flatline kernel build`.
struct KernelBuildSession: Sendable {
  let options: KernelBuildCommand

  func run() async throws -> ExitStatus {
    let cache = try options.system ? .system : KernelCache.ofThisUser()
    let (version, rebuild) = (options.version, options.rebuild)
    let source = try options.source.map(KernelSource.named)
    if source == nil, !options.system, !rebuild, let there = try elsewhere(than: cache) {
      Terminal.complain("it is there already, \(there.place.spelled); --rebuild builds one of your own")
      print(line(there))
      return .success
    }
    let display = KernelBuildDisplay()
    let signals = SignalWatcher()
    let result: Result<BuiltKernel, any Error>
    do {
      result = .success(
        try await signals.run {
          let source = try source ?? KernelSource.installed(version: version)
          return try await KernelBuild(source: source, cache: cache, rebuild: rebuild).run(
            report: { display.update($0) }, boot: { try await Self.boot($0) })
        })
    } catch {
      result = .failure(error)
    }
    display.end()
    if let status = signals.exitStatus {
      Terminal.complain("\(status == .interrupted ? "interrupted" : "terminated"); nothing is left of the build")
      return status
    }
    let kernel = try result.get()
    Terminal.complain(display.hasBuilt ? "built and booted in \(display.elapsed)" : "it is there already")
    print(line(kernel))
    return .success
  }

  private func line(_ kernel: BuiltKernel) -> String { "\(kernel.release)  \(kernel.executable)" }

  /// A kernel in another place that makes a build unnecessary.
  private func elsewhere(than cache: KernelCache) throws -> BuiltKernel? {
    let kernels = try KnownKernels.inventory().kernels.filter { $0.isUsable && $0.place != cache.place }
    return kernels.first { $0.version == options.version ?? KernelSource.versions[0] }
  }

  /// Boots a new kernel and tests its features, as every run on it does.
  ///
  /// - Returns: its release.
  private static func boot(_ kernel: BuiltKernel) async throws -> String {
    let work = try WorkDirectory()
    defer { withExtendedLifetime(work) {} }
    let means = GuestMeans(
      kernel: kernel.executable, executable: try CurrentProcess.executablePath(),
      memoryDirectory: try MemoryDirectory.choose(megabytes: 512), workDirectory: work.path)
    let facts = try await GuestFacts.known(of: kernel, version: Version.current, means: means)
    // The only feature that no version packaged by Debian 12 has (it needs 6.15).
    let missing = facts.features.missing.filter { $0.key != .rtoMax }
    guard missing.isEmpty else {
      let list = missing.map { "\n  \($0.key.rawValue): \($0.value)" }.sorted().joined()
      throw UserModeKernelError(.unsupported, stage: "check the new kernel", "it boots, but lacks\(list)")
    }
    return facts.release
  }
}
