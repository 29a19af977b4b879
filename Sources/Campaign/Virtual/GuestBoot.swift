import Glibc
import Lab
import LinuxSystem
import Model
import UserModeKernel

/// The resources with which guests are booted: the same for all guests of a run.
public struct GuestMeans: Sendable {
  /// The kernel's executable.
  public var kernel: String
  /// The path of this program, which is the guest's first process.
  public var executable: String
  /// Where the guests' memory lies; its files may be executed.
  public var memoryDirectory: String
  /// Where the directories are made that guests share with this machine; no white space in it.
  public var workDirectory: String
  /// The memory of each guest, in MiB, in addition to what its clients need.
  public var memory: Int
  /// The memory of a guest that does not serve a herd; of the host's memory it uses only what it touches,
  /// `usualMemory`.
  public static let standardMemory = 256
  public static let usualMemory = 96
  /// A guest without a sign of life for this long on this machine's clock is killed.
  public var patience: Duration
  /// For a guest that has a processor to itself.
  public static let standardPatience = Duration.seconds(120)

  public init(
    kernel: String, executable: String, memoryDirectory: String, workDirectory: String, memory: Int = standardMemory,
    patience: Duration = standardPatience
  ) {
    self.kernel = kernel
    self.executable = executable
    self.memoryDirectory = memoryDirectory
    self.workDirectory = workDirectory
    self.memory = memory
    self.patience = patience
  }

  /// Boots a guest for one job and waits for its end.
  ///
  /// - Parameters:
  ///   - directory: a new directory, which is made and removed.
  ///   - processor: the one it runs on; nil for any.
  ///   - prepare: writes the files that the guest will read.
  ///   - visit: receives the rows as they come, and the guest's uptime.
  /// - Returns: nil if the guest finished its job, or else why not, with its last output.
  func boot(
    _ job: Guest.Job, in directory: GuestDirectory, processor: Int?, memory: Int? = nil,
    prepare: (GuestDirectory) throws -> Void = { _ in },
    finish: (GuestDirectory) throws -> Void = { _ in },
    visit: ([ResultRow], Duration) async throws -> Void = { _, _ in }
  ) async throws -> String? {
    try fileWork { try make(directory) }
    defer { DirectoryRemoval.remove(directory.path) }
    try fileWork {
      try link(executable, as: directory.program)
      try prepare(directory)
    }
    let machine = GuestMachine(
      kernel: kernel, initName: GuestDirectory.programName, environment: Guest(job: job).environment,
      memory: memory ?? self.memory, processor: processor, directory: directory.path, memoryDirectory: memoryDirectory)
    let liveness = GuestMachine.Liveness()
    async let end = machine.run(console: directory.console, alive: liveness)
    var watch = GuestWatch(directory)
    let hung: Bool
    do {
      hung = try await follow(&watch, liveness, visit)
    } catch {
      // Rows that it has measured by now count, whatever ends the run.
      liveness.kill()
      _ = try? await end
      try? await visit(watch.newRows(), watch.uptime)
      throw error
    }
    let status: ProcessEnd
    do {
      status = try await end
    } catch let error as SystemError {
      throw CampaignError(.unsupported, stage: "start a guest", "\(error)")
    }
    // A guest that was killed with its run did not fail.
    try Task.checkCancellation()
    try finish(directory)
    if access(directory.done, F_OK) == 0 { return nil }
    if let free = try? Filesystem.freeBytes(at: workDirectory), free < 1 << 16 {
      throw CampaignError(
        .inputOutput, stage: "run a guest",
        "\(workDirectory) is full, where it writes; free space, or name another place with TMPDIR=DIRECTORY")
    }
    let words = LastWords.of((try? GuestDirectory.text(of: directory.console)) ?? "")
    let ending = hung ? "hung: no sign of life for \(patience.spelled), so it was killed" : "\(status)"
    return "the guest's kernel \(ending)\(words.isEmpty ? "" : "; its last words: \(words)")"
  }

  /// Reads the guest's files until its process has ended; returns whether it was killed because it gave no sign of
  /// life.
  private func follow(
    _ watch: inout GuestWatch, _ liveness: GuestMachine.Liveness,
    _ visit: ([ResultRow], Duration) async throws -> Void
  ) async throws -> Bool {
    var hung = false
    while true {
      // Checks first whether it has ended, then what it wrote: nothing can follow.
      let hasEnded = liveness.hasEnded
      try await visit(watch.newRows(), watch.uptime)
      if hasEnded { return hung }
      if !hung, .now - watch.lastSign > patience {
        hung = true
        liveness.kill()
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Turns errors of files into errors of the run.
  private func fileWork(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as SystemError {
      throw CampaignError(
        .inputOutput, stage: "prepare a guest", "\(error); free space, or name another place with TMPDIR=DIRECTORY")
    }
  }

  private func make(_ directory: GuestDirectory) throws(SystemError) {
    guard mkdir(directory.path, 0o700) == 0 else {
      throw SystemError("create \(directory.path)", Errno(code: errno))
    }
  }

  private func link(_ target: String, as path: String) throws(SystemError) {
    guard symlink(target, path) == 0 else { throw SystemError("create \(path)", Errno(code: errno)) }
  }
}

/// The relevant part of what a kernel printed before its end.
enum LastWords {
  static func of(_ console: String) -> String {
    let lines = console.split { $0 == "\n" || $0 == "\r" }.map { $0.filter { $0 >= " " && $0 != "\u{7f}" } }
      .filter { !$0.isEmpty }
    // A panic says why in its first line; what follows is the stack.
    let start = lines.firstIndex { $0.contains("Kernel panic") } ?? max(0, lines.count - 3)
    return lines[start...].prefix(3).joined(separator: " | ").prefix(500).description
  }
}
