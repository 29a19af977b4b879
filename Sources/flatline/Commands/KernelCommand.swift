import ArgumentParser

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Build, list and find the kernels that the virtual clock runs on.",
    subcommands: [KernelBuildCommand.self, KernelListCommand.self, KernelPathCommand.self])
}
