import Campaign
import Glibc
import LinuxSystem
import Model
import UserModeKernel

/// What a run on the virtual clock needs of this machine: a kernel, places for its memory and files, and what the
/// kernel can do.
struct VirtualMachine: Sendable {
  let means: GuestMeans
  let facts: GuestFacts

  /// Finds everything, and boots the kernel once where nobody has asked it yet what it can do.
  ///
  /// - Parameters:
  ///   - version: of the kernel; nil for the newest there is.
  ///   - jobs: how many guests run at a time.
  ///   - work: a directory of the run's own, for the files that guests share with it.
  init(kernel version: String?, jobs: Int, work: WorkDirectory) async throws {
    let executable = try CurrentProcess.executablePath()
    // Guests have their own of these, and would not see it there.
    if let hidden = ["/dev/", "/proc/", "/sys/"].first(where: { executable.hasPrefix($0) }) {
      throw Failure(
        .unsupported, "guests cannot see \(executable)\n  remedy: install flatline elsewhere than in \(hidden)")
    }
    let kernel = try KernelCache.find(version: version)
    let processors = try GuestProcess.allowedProcessors().count
    means = GuestMeans(
      kernel: kernel.executable, executable: executable,
      memoryDirectory: try MemoryDirectory.choose(megabytes: jobs * GuestMeans.usualMemory),
      workDirectory: work.path,
      // Guests that share a processor are as much slower.
      patience: GuestMeans.standardPatience * max(1, (jobs + processors - 1) / processors))
    facts = try await GuestFacts.known(of: kernel, version: Version.current, means: means)
  }
}

/// A directory for the files of one run, removed with its owner. It is locked (flock(2)) as long as that lives, so that
/// the directories of runs that were killed are recognized, and removed when the next is made.
final class WorkDirectory: Sendable {
  let path: String
  private let lock: DirectoryLock

  private static let prefix = "flatline-run-"
  /// A file in it that says that it is one.
  private static let mark = ".flatline-run"

  init() throws(Failure) {
    let candidates = [getenv("TMPDIR").map { String(cString: $0) }, "/tmp", "/var/tmp", "/dev/shm"].compactMap { $0 }
    // Guests find it by an absolute path.
    guard let place = candidates.first(where: { $0.hasPrefix("/") && access($0, W_OK | X_OK) == 0 }) else {
      throw Failure(
        .unsupported,
        "no place for temporary files among \(candidates.joined(separator: ", "))\n"
          + "  remedy: TMPDIR=DIRECTORY, an absolute path that can be written")
    }
    Self.removeStale(in: place)
    // It gets its name once it is locked, so that nobody takes it for a stale one.
    var template = Array("\(place)/.flatline-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Failure(.inputOutput, "create a directory in \(place): \(Errno(code: errno).text)")
    }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = "\(place)/\(Self.prefix)\(made.suffix(6))"
    do {
      guard let lock = try DirectoryLock.take(made) else { throw SystemError("lock \(made)", .wouldBlock) }
      self.lock = lock
      try OwnedDescriptor.open("\(made)/\(Self.mark)", flags: O_WRONLY | O_CREAT).close()
      guard rename(made, path) == 0 else { throw SystemError("rename \(made) to \(path)", Errno(code: errno)) }
    } catch {
      DirectoryRemoval.remove(made)
      throw Failure(.inputOutput, "\(error)")
    }
  }

  deinit { DirectoryRemoval.remove(path) }

  /// Removes what is beyond doubt a directory of this user's runs.
  private static func removeStale(in place: String) {
    for name in (try? DirectoryListing.names(in: place)) ?? []
    where name.hasPrefix(prefix) && name.count == prefix.count + 6 {
      let path = "\(place)/\(name)"
      var (directory, mark) = (stat(), stat())
      guard lstat(path, &directory) == 0, directory.st_mode == S_IFDIR | 0o700, directory.st_uid == geteuid(),
        lstat("\(path)/\(Self.mark)", &mark) == 0, mark.st_mode & S_IFMT == S_IFREG
      else { continue }
      // Only its owner can lock a directory whose owner lives.
      if let lock = try? DirectoryLock.take(path, makes: false) {
        DirectoryRemoval.remove(path)
        _ = consume lock
      }
    }
  }
}
