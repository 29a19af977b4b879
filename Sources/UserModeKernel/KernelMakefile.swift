import Glibc
import LinuxSystem

/// Linux's Makefile, for ARCH=um, out of its tree.
struct KernelMakefile: Sendable {
  let tree: String
  /// The directory for all output.
  let objects: String

  /// Sets every option of the fragment and no other (`allnoconfig`).
  ///
  /// - Throws: `UserModeKernelError` that lists the options which did not survive: Kconfig silently drops options that
  ///   the source does not have, or that depend on an option that is not set.
  func configure(by fragment: KernelFragment, version: String) async throws {
    let options = "\(objects).config"
    let file = try OwnedDescriptor.open(options, flags: O_WRONLY | O_CREAT | O_TRUNC)
    try file.writeAll(Array(fragment.text.utf8))
    try file.close()
    try await command("configure the kernel", ["KCONFIG_ALLCONFIG=\(options)", "allnoconfig"]).run()
    let result = try OwnedDescriptor.open("\(objects)/\(KernelRecord.configuration)").readToEnd()
    let lost = fragment.lost(in: String(decoding: result, as: UTF8.self), version: version)
    guard lost.isEmpty else {
      throw UserModeKernelError(
        .unsupported, stage: "configure the kernel",
        "Linux \(version) did not take \(lost.joined(separator: ", ")); "
          + "take \(KernelSource.versions.joined(separator: " or ")), with which this is tested")
    }
  }

  /// - Parameter progress: receives the number of compiled files.
  func compile(jobs: Int, progress: (Int) -> Void) async throws {
    var done = 0
    try await command("compile the kernel", ["-j\(jobs)", "linux"]).run { line in
      guard line.hasPrefix("  CC ") || line.hasPrefix("  AS ") || line.hasPrefix("  HOSTCC ") else { return }
      done += 1
      progress(done)
    }
  }

  private func command(_ stage: String, _ goals: [String]) -> BuildCommand {
    BuildCommand(
      stage: stage, program: "make",
      arguments: ["--no-print-directory", "-C", tree, "ARCH=um", "O=\(objects)"] + goals)
  }
}
