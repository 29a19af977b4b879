import ArgumentParser
import Model
import Output
import UserModeKernel

struct KernelListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the kernels that there are, the newest first, and where each is.",
    discussion: KernelCommand.places)

  @Option(help: "table or json.")
  var format: OutputFormat = .table

  func run() async throws {
    try await reportingFailures {
      let inventory = try KnownKernels.inventory()
      switch format {
      case .table:
        if inventory.kernels.isEmpty {
          let places = inventory.caches.map(\.directory).joined(separator: " or ")
          Terminal.complain("no kernel in \(places); flatline kernel build makes one")
        }
        for kernel in inventory.kernels { print(Self.line(kernel)) }
      case .json: print(Self.json(inventory).text)
      }
      return .success
    }
  }

  private static func line(_ kernel: BuiltKernel) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let words = ["\(kernel.executable)", "(\(kernel.place.spelled))", state(kernel) ?? ""].filter { !$0.isEmpty }
    return "\(padded(kernel.version, 6))  \(padded(kernel.release, 12))  \(words.joined(separator: "  "))"
  }

  /// Why it is never run; nil if it can be.
  private static func state(_ kernel: BuiltKernel) -> String? {
    if let objection = kernel.objection { return "refused: \(objection)" }
    return kernel.isStale ? "stale: built with other options, never run; flatline kernel build makes it anew" : nil
  }

  private static func json(_ inventory: KernelInventory) -> JSONValue {
    .object([
      .init(
        "places",
        .array(
          inventory.caches.map {
            .object([.init("place", .string($0.place.rawValue)), .init("directory", .string($0.directory))])
          })),
      .init(
        "kernels",
        .array(
          inventory.kernels.map { kernel in
            .object([
              .init("version", .string(kernel.version)), .init("release", .string(kernel.release)),
              .init("executable", .string(kernel.executable)), .init("directory", .string(kernel.directory)),
              .init("place", .string(kernel.place.rawValue)), .init("fragment", .string(kernel.fragment)),
              .init("stale", .bool(kernel.isStale)), .init("refused", .optional(kernel.objection) { .string($0) }),
            ])
          })),
    ])
  }
}
