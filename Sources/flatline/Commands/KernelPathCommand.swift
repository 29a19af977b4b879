import ArgumentParser
import JSON
import Model
import Output
import UserModeKernel

struct KernelPathCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the path of a kernel's executable; fail if there is none.",
    discussion: """
      \(KernelCommand.places)

      EXAMPLES:
        flatline kernel path --kernel 6.12

      EXIT STATUS: 0, or 69 if there is none.
      """)

  @Option(help: "Its version, such as 6.12 (default: the newest there is).")
  var kernel: String?

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      let path = try KnownKernels.inventory().kernel(version: kernel).executable
      let columns = [ColumnDescription<String>("executable", "", .left) { .text($0) }]
      report.print(
        Report(
          "kernel-path", blocks: [.table(Table("kernels", rows: [path], columns: columns))],
          data: [.init("executable", .string(path))]))
      return .success
    }
  }
}
