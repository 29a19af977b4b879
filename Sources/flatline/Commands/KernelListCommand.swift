import JSON
import ArgumentParser
import Model
import Output
import UserModeKernel

struct KernelListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the available kernels, the newest first, and the place of each.",
    discussion: KernelCommand.places)

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      let inventory = try KnownKernels.inventory()
      if report.format.isForPeople, inventory.kernels.isEmpty {
        let places = inventory.caches.map(\.directory).joined(separator: " or ")
        Terminal.complain("no kernel in \(places); flatline kernel build makes one")
      }
      report.print(Self.report(inventory))
      return .success
    }
  }

  private static func report(_ inventory: KernelInventory) -> Report {
    Report(
      "kernels",
      blocks: [
        .lines(inventory.kernels.map { StyledText(line($0)) }),
        .table(Table("kernels", rows: inventory.kernels, columns: columns)),
      ],
      data: data(inventory))
  }

  private static func line(_ kernel: BuiltKernel) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let words = ["\(kernel.executable)", "(\(kernel.place.spelled))", state(kernel) ?? ""].filter { !$0.isEmpty }
    return "\(padded(kernel.version, 6))  \(padded(kernel.release, 12))  \(words.joined(separator: "  "))"
  }

  /// For spreadsheets; people read the lines.
  private static let columns: [ColumnDescription<BuiltKernel>] = [
    ColumnDescription("version", nil) { .text($0.version) },
    ColumnDescription("release", nil) { .text($0.release) },
    ColumnDescription("executable", nil) { .text($0.executable) },
    ColumnDescription("place", nil) { .text($0.place.rawValue) },
    ColumnDescription("stale", nil) { Table.Cell(nil, .bool($0.isStale)) },
    ColumnDescription("refused", nil) { .text($0.objection) },
  ]

  /// Why it is never run; nil if it can be.
  private static func state(_ kernel: BuiltKernel) -> String? {
    if let objection = kernel.objection { return "refused: \(objection)" }
    return kernel.isStale ? "stale: built with other options, never run; flatline kernel build rebuilds it" : nil
  }

  private static func data(_ inventory: KernelInventory) -> [JSONValue.Member] {
    [
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
    ]
  }
}
