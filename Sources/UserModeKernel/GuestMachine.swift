import Glibc
import LinuxSystem
import Synchronization

/// One boot of a user-mode kernel on the virtual clock: what it runs, and its resources.
///
/// Its root file system is this machine's, read-only. Time passes only while all of its processes wait, and then at
/// once (`time-travel=inf-cpu`, arch/um/kernel/time.c).
public struct GuestMachine: Sendable {
  /// The HZ of every user-mode kernel (arch/um/Kconfig).
  public static let kernelHZ = 100

  /// The path of the kernel's executable.
  public var kernel: String
  /// The first process of the guest, by its name in `directory`.
  public var initName: String
  /// `NAME=value`, without white space, for the first process.
  public var environment: [String]
  /// In MiB.
  public var memory: Int
  /// The processor that it runs on; nil for all.
  public var processor: Int?
  /// A directory of its own: the guest sees it as `sharedPath`.
  public var directory: String
  /// Where its memory lies: a directory whose files may be executed.
  public var memoryDirectory: String

  public init(
    kernel: String, initName: String, environment: [String] = [], memory: Int = 512,
    processor: Int? = nil, directory: String, memoryDirectory: String
  ) {
    self.kernel = kernel
    self.initName = initName
    self.environment = environment
    self.memory = memory
    self.processor = processor
    self.directory = directory
    self.memoryDirectory = memoryDirectory
  }

  /// Boots it and waits until it powers off. Kills it when the task is cancelled.
  ///
  /// - Parameter console: the path of a file that receives what the kernel and the first process print.
  /// - Throws: `SystemError` if it cannot be started.
  public func run(
    console: String, alive: Liveness = Liveness()
  ) async throws -> ProcessEnd {
    // This also covers the case that no thread can be started for it.
    defer { alive.ended() }
    return try await withTaskCancellationHandler {
      try await DedicatedThread.run {
        let output = try OwnedDescriptor.open(console, flags: O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
        return try GuestProcess.run(
          kernel, arguments: commandLine, environment: hostEnvironment, directory: directory,
          output: output, processor: processor,
          started: alive.began, ended: alive.ended)
      }
    } onCancel: {
      alive.kill()
    }
  }

  /// The guest's process, for code that watches it.
  public final class Liveness: Sendable {
    private let state = Mutex((process: Int32?.none, isToDie: false, hasEnded: false))

    public init() {}

    fileprivate func began(_ process: Int32) {
      state.withLock { state in
        state.process = process
        if state.isToDie { GuestProcess.kill(group: process) }
      }
    }

    fileprivate func ended() {
      state.withLock { state in
        state.process = nil
        state.hasEnded = true
      }
    }

    /// Whether it has ended, or could not be started.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Kills the guest, now or as soon as it has started.
    public func kill() {
      state.withLock { state in
        state.isToDie = true
        if let process = state.process { GuestProcess.kill(group: process) }
      }
    }
  }

  /// The host's path of the guest's directory, to be mounted as hostfs: the kernel's process runs in it.
  public static let sharedPath = "/proc/self/cwd"

  /// The same for every guest, as the kernel mixes it, and the time of its boot, into its random numbers. Addresses are
  /// not randomized, so that nothing depends on them.
  private var commandLine: [String] {
    [
      "mem=\(memory)M", "uml_dir=\(Self.sharedPath)/", "umid=kernel", "root=/dev/root", "rootfstype=hostfs",
      "rootflags=/", "ro", "console=tty0", "con=null", "con0=null,fd:1", "panic=-1", "quiet", "norandmaps",
      "time-travel=inf-cpu", "time-travel-start=1000000000", "init=\(Self.sharedPath)/\(initName)",
    ] + environment
  }

  /// The kernel's memory is a file in TMPDIR (arch/um/os-Linux/mem.c).
  private var hostEnvironment: [String] { ["TMPDIR=\(memoryDirectory)", "HOME=\(directory)"] }
}
