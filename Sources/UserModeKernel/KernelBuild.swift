import Glibc
import LinuxSystem

/// Building a user-mode kernel into the cache: outside its source tree, without installing anything or leaving anything
/// behind.
public struct KernelBuild: Sendable {
  /// What is being done.
  public enum Step: Sendable, Hashable {
    /// Waiting for another build that is under way.
    case waiting
    case unpacking
    case configuring
    /// This many files are done.
    case compiling(objects: Int)
    case booting
  }

  private let source: KernelSource
  private let cache: KernelCache
  private let fragment = KernelFragment.current
  private let rebuild: Bool

  /// - Parameter rebuild: whether to build even if the cache holds the kernel already.
  public init(source: KernelSource, cache: KernelCache, rebuild: Bool = false) {
    self.source = source
    self.cache = cache
    self.rebuild = rebuild
  }

  /// Builds the kernel, unless the cache holds it already.
  ///
  /// - Parameters:
  ///   - report: receives the steps, and `compiling` for every file.
  ///   - boot: boots the new kernel, checks that it works and returns its release; what it leaves in the kernel's
  ///     directory goes into the cache.
  /// - Throws: `UserModeKernelError`; `CancellationError`; what `boot` throws.
  public func run(
    report: @Sendable (Step) -> Void, boot: @Sendable (BuiltKernel) async throws -> String
  ) async throws -> BuiltKernel {
    if let there = try existing() { return there }
    let missing = await BuildTools.missingPackages(for: source)
    guard missing.isEmpty else {
      throw UserModeKernelError(
        .unsupported, stage: "build a kernel",
        "programs are missing; install them: \(BuildTools.install(missing)), or make kernel")
    }
    try checkPath()
    do {
      try openToReaders(DirectoryCreation.make(cache.directory))
      let place = try await BuildDirectory.take(in: cache.directory) { report(.waiting) }
      // The build that this one waited for may have built the same kernel.
      if let there = try existing() { return there }
      do {
        return try await build(in: place, report, boot)
      } catch let failure as BuildCommandFailure {
        // Checked while all built files still exist: a full disk shows only now.
        throw described(failure)
      }
    } catch let error as SystemError {
      throw UserModeKernelError(
        .inputOutput, stage: "build a kernel", "\(error); \(cache.place.remedy)")
    }
  }

  private func existing() throws(UserModeKernelError) -> BuiltKernel? {
    guard !rebuild, let version = source.version else { return nil }
    return try cache.contents().first { $0.isUsable && $0.version == version }
  }

  /// Neither make(1) nor a kernel's command line can quote a path.
  private func checkPath() throws(UserModeKernelError) {
    if let path = [cache.directory, source.path].first(where: { $0.contains { $0.isWhitespace || $0 == ":" } }) {
      throw UserModeKernelError(
        .unsupported, stage: "build a kernel",
        "'\(path)' has white space or a colon in it, which a kernel's Makefile cannot handle; "
          + "set XDG_CACHE_HOME, or --source, to a path without")
    }
  }

  private func build(
    in place: BuildDirectory, _ report: @Sendable (Step) -> Void, _ boot: @Sendable (BuiltKernel) async throws -> String
  ) async throws -> BuiltKernel {
    defer { withExtendedLifetime(place) {} }
    try checkSpace(place)
    let tree = try await unpack(in: place, report)
    let version = try KernelSource.version(ofTree: tree)
    let objects = "\(place.path)/objects"
    let make = KernelMakefile(tree: tree, objects: objects)
    report(.configuring)
    try await make.configure(by: fragment, version: version)
    report(.compiling(objects: 0))
    try await make.compile(jobs: CurrentProcess.processors) { report(.compiling(objects: $0)) }
    let finished = "\(place.path)/kernel"
    guard mkdir(finished, 0o755) == 0 else { throw SystemError("create \(finished)", Errno(code: errno)) }
    for name in [KernelRecord.executable, KernelRecord.configuration] {
      guard rename("\(objects)/\(name)", "\(finished)/\(name)") == 0 else {
        throw SystemError("move \(objects)/\(name)", Errno(code: errno))
      }
    }
    report(.booting)
    var kernel = BuiltKernel(
      version: version, release: "", executable: "\(finished)/\(KernelRecord.executable)", directory: finished,
      fragment: fragment.hash(of: version))
    let release: String
    do {
      release = try await boot(kernel)
    } catch let error as SystemError {
      throw UserModeKernelError(.unsupported, stage: "boot the new kernel", "\(error)")
    }
    try Task.checkCancellation()
    try KernelRecord(
      version: version, release: release, fragment: fragment.hash(of: version), source: source.path,
      built: UTC.iso8601(nanoseconds: Clocks.realtimeNanoseconds())
    ).write(in: finished)
    try setPermissions(in: finished)
    let home = cache.place(version: version)
    try DirectoryExchange.put(finished, at: home)
    kernel = BuiltKernel(
      version: version, release: release, executable: "\(home)/\(KernelRecord.executable)", directory: home,
      fragment: fragment.hash(of: version), place: cache.place)
    return kernel
  }
}

extension KernelBuild {
  /// A system-wide kernel is readable by every user, whatever umask it was made with.
  private func openToReaders(_ directories: [String]) throws(SystemError) {
    guard cache.place == .system else { return }
    for directory in directories { try FileStatus.setPermissions(0o755, of: directory) }
  }

  /// A new kernel's files: no other user may write to them, otherwise the kernel would not be run (`KernelTrust`).
  private func setPermissions(in finished: String) throws(SystemError) {
    for name in try DirectoryListing.names(in: finished) {
      let path = "\(finished)/\(name)"
      let usual: UInt32 = name == KernelRecord.executable ? 0o755 : 0o644
      try FileStatus.setPermissions(
        cache.place == .system ? usual : FileStatus(path).permissions & usual, of: path)
    }
    try openToReaders([finished])
  }

  /// In MiB: the size of the source and the objects of 6.12, as unpacked here.
  private static let space = (source: 900, objects: 200)

  private func checkSpace(_ place: BuildDirectory) throws {
    let needed = Self.space.objects + (source.isArchive ? Self.space.source : 0)
    let free = try Filesystem.freeBytes(at: place.path) >> 20
    guard free >= needed else {
      throw UserModeKernelError(
        .inputOutput, stage: "build a kernel",
        "\(cache.directory) has \(free) MiB free, and the build takes \(needed) MiB for a while; "
          + "free space, or \(cache.place.elsewhere)")
    }
  }

  /// The tree to build: the source's own tree, or its unpacked archive without the parts that no user-mode kernel uses.
  private func unpack(in place: BuildDirectory, _ report: (Step) -> Void) async throws -> String {
    guard source.isArchive else { return source.path }
    report(.unpacking)
    let tree = "\(place.path)/source"
    guard mkdir(tree, 0o755) == 0 else { throw SystemError("create \(tree)", Errno(code: errno)) }
    // This leaves out half of the source, but Kconfig and make read some file in every directory.
    let needless = ["drivers/gpu", "drivers/media", "drivers/net/ethernet", "drivers/net/wireless", "sound"]
    try await BuildCommand(
      stage: "unpack \(source.path)", program: "tar",
      arguments: needless.map { "--exclude=*/\($0)/*.[ch]" } + [
        "--exclude=*/Documentation/*.rst", "--extract", "--file=\(source.path)", "--directory=\(tree)",
        "--strip-components=1", "--no-same-owner",
      ]
    ).run()
    return tree
  }

  private func described(_ failure: BuildCommandFailure) -> UserModeKernelError {
    let lines = failure.lastLines.map { "\n  \($0)" }.joined()
    // A compiler that finds the disk full removes what it has written, so a little space is free again.
    if let free = try? Filesystem.freeBytes(at: cache.directory) >> 20, free < 32 {
      return UserModeKernelError(
        .inputOutput, stage: failure.command.stage,
        "\(cache.directory) is full: \(free) MiB free; free space, or \(cache.place.elsewhere)\(lines)")
    }
    return UserModeKernelError(
      .unsupported, stage: failure.command.stage, "\(failure.command.program) failed (\(failure.status))\(lines)")
  }
}
