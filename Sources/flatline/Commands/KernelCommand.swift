import ArgumentParser
import UserModeKernel

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Build, list and find the kernels that the virtual clock runs on.",
    discussion: places,
    subcommands: [KernelBuildCommand.self, KernelListCommand.self, KernelPathCommand.self])

  /// The places where kernels are searched for.
  static let places = """
    Kernels are searched for in the directories in FLATLINE_KERNELS (absolute, separated by colons), in the user's \
    cache ($XDG_CACHE_HOME/flatline/kernels, or ~/.cache/flatline/kernels) and in \(KernelCache.system.directory). The \
    newest version is taken, and of the same version the first in this order. One that belongs to neither root nor the \
    caller, or that every user may write to, is never run.
    """
}
