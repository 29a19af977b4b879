import ArgumentParser
import Model
import UserModeKernel

struct KernelPathCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the path of a kernel's executable; fail if there is none.",
    discussion: KernelCommand.places)

  @Option(help: "Its version, such as 6.12 (default: the newest there is).")
  var kernel: String?

  func run() async throws {
    try await reportingFailures {
      print(try KnownKernels.inventory().kernel(version: kernel).executable)
      return .success
    }
  }
}
