import ArgumentParser

struct KernelBuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build a user-mode kernel, boot it once, and put it into the cache, or where all users find it.",
    discussion: """
      Takes a few minutes and, temporarily, a gigabyte of disk; installs nothing, and leaves nothing but the \
      kernel (9 MB). The source is that of Debian's package linux-source-6.12 or linux-source-6.1. The cache is \
      $XDG_CACHE_HOME/flatline/kernels, or ~/.cache/flatline/kernels.

      EXAMPLES:
        flatline kernel build
        flatline kernel build --version 6.1
        sudo flatline kernel build --system     # for all users of this machine

      EXIT STATUS: 0; 64 for a source or version that makes no sense, 69 if a program is missing or the kernel does not \
      boot, 74 if a file cannot be written (a full disk, no permission), 130 or 143 if a signal ended it.
      """)

  @Option(help: "6.12 or 6.1 (default: the newest whose source is installed).")
  var version: String?

  @Option(help: "Another source: an unpacked tree of Linux, or its .tar.xz.")
  var source: String?

  @Flag(help: "Build it into /var/lib/flatline/kernels, for all users of this machine.")
  var system = false

  @Flag(help: "Build it even if it is there already.")
  var rebuild = false

  func validate() throws {
    if version != nil, source != nil { throw ValidationError("--source names a version already: leave out --version") }
  }

  func run() async throws {
    try await reportingFailures { try await KernelBuildSession(options: self).run() }
  }
}
