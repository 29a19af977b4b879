import ArgumentParser
import Foundation
import LinuxSystem
import Model
import UserModeKernel

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
