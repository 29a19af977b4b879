import ArgumentParser
import Foundation
import LinuxSystem
import Model
import UserModeKernel

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Build, list and find the kernels that the virtual clock runs on.",
    subcommands: [KernelBuildCommand.self, KernelListCommand.self, KernelPathCommand.self])
}

struct KernelBuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build a user-mode kernel, boot it once, and put it into the cache.",
    discussion: """
      Takes a few minutes and a gigabyte of disk for the time being; installs nothing, and leaves nothing but the \
      kernel (9 MB). The source is that of Debian's package linux-source-6.12 or linux-source-6.1. The cache is \
      $XDG_CACHE_HOME/flatline/kernels, or ~/.cache/flatline/kernels.
      """)

  @Option(help: "6.12 or 6.1 (default: the newest whose source is installed).")
  var version: String?

  @Option(help: "Another source: an unpacked tree of Linux, or its .tar.xz.")
  var source: String?

  @Flag(help: "Build it even if it is in the cache already.")
  var rebuild = false

  func validate() throws {
    if version != nil, source != nil { throw ValidationError("--source names a version already: leave out --version") }
  }

  func run() async throws {
    try await reportingFailures { try await KernelBuildSession(options: self).run() }
  }
}

struct KernelListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the kernels in the cache, the newest first.")

  @Option(help: "table or json.")
  var format: OutputFormat = .table

  func run() async throws {
    try await reportingFailures {
      let kernels = try KernelCache.kernels()
      switch format {
      case .table:
        if kernels.isEmpty {
          Terminal.complain("no kernel in \(try KernelCache.ofThisUser().directory); flatline kernel build makes one")
        }
        for kernel in kernels { print(Self.line(kernel)) }
      case .json:
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(kernels.map(Entry.init)), as: UTF8.self))
      }
      return .success
    }
  }

  private static func line(_ kernel: BuiltKernel) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let state = kernel.isStale ? "stale: built with other options, never run; flatline kernel build makes it anew" : ""
    return "\(padded(kernel.version, 6))  \(padded(kernel.release, 12))  \(kernel.executable)  \(state)"
      .trimmingCharacters(in: .whitespaces)
  }

  /// What a program is told of a kernel.
  private struct Entry: Encodable {
    let version, release, executable, directory, fragment: String
    let stale: Bool

    init(_ kernel: BuiltKernel) {
      version = kernel.version
      release = kernel.release
      executable = kernel.executable
      directory = kernel.directory
      fragment = kernel.fragment
      stale = kernel.isStale
    }
  }
}

struct KernelPathCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the path of a kernel's executable; fail if there is none.")

  @Option(help: "Its version, such as 6.12 (default: the newest there is).")
  var kernel: String?

  func run() async throws {
    try await reportingFailures {
      print(try KernelCache.find(version: kernel).executable)
      return .success
    }
  }
}
