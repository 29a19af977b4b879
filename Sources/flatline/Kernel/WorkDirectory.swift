import Glibc
import LinuxSystem
import Model

/// A directory for the files of one run, removed with its owner. It is locked (flock(2)) as long as the owner lives, so
/// that `removeAbandoned` can recognize and remove the directories of killed runs.
final class WorkDirectory: Sendable {
  let path: String
  private let lock: DirectoryLock

  private static let prefix = "flatline-run-"
  /// A file in it that marks it as such a directory.
  private static let mark = ".flatline-run"

  init() throws(Failure) {
    guard let place = Self.places.first(where: { access($0, W_OK | X_OK) == 0 }) else {
      throw Failure(
        .unsupported,
        "no place for temporary files among \(Self.places.joined(separator: ", "))\n"
          + "  remedy: TMPDIR=DIRECTORY, an absolute path that can be written")
    }
    // It gets its name once it is locked, so that no process considers it abandoned.
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

  /// The possible places, the preferred one first. Guests find it by an absolute path.
  private static var places: [String] {
    [CurrentProcess.environment("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm"].compactMap { $0 }.filter {
      $0.hasPrefix("/")
    }
  }

  /// Removes directories that certainly belong to this user's runs and have lost their owners. Returns how many.
  static func removeAbandoned() -> Int {
    Set(places).reduce(0) { $0 + removeAbandoned(in: $1) }
  }

  private static func removeAbandoned(in place: String) -> Int {
    var removed = 0
    for name in (try? DirectoryListing.names(in: place)) ?? []
    where name.hasPrefix(prefix) && name.count == prefix.count + 6 {
      let path = "\(place)/\(name)"
      var (directory, mark) = (stat(), stat())
      guard lstat(path, &directory) == 0, directory.st_mode == S_IFDIR | 0o700, directory.st_uid == geteuid(),
        lstat("\(path)/\(Self.mark)", &mark) == 0, mark.st_mode & S_IFMT == S_IFREG
      else { continue }
      // A directory whose owner lives cannot be locked by another process.
      if let lock = try? DirectoryLock.take(path, makes: false) {
        DirectoryRemoval.remove(path)
        removed += 1
        _ = consume lock
      }
    }
    return removed
  }
}
