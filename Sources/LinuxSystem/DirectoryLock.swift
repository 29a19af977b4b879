import Glibc

/// A directory that one process at a time may use (flock(2)). The lock is released as soon as its holder ends, in
/// whatever way.
public struct DirectoryLock: ~Copyable, Sendable {
  private let descriptor: OwnedDescriptor

  /// Takes a directory's lock. A symbolic link cannot be locked.
  ///
  /// - Parameter makes: whether to create the directory if it does not exist.
  /// - Returns: nil if another process holds it.
  public static func take(_ path: String, makes: Bool = true) throws(SystemError) -> DirectoryLock? {
    while true {
      if makes, mkdir(path, 0o755) == -1, Errno.current.code != EEXIST {
        throw SystemError("create \(path)", .current)
      }
      let raw = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      // The former holder has removed it in between.
      if raw == -1, makes, Errno.current == .notFound { continue }
      if raw == -1 { throw SystemError("open \(path)", .current) }
      let lock = DirectoryLock(descriptor: OwnedDescriptor(owning: raw))
      if flock(raw, LOCK_EX | LOCK_NB) == -1 {
        if Errno.current == .wouldBlock { return nil }
        throw SystemError("lock \(path)", .current)
      }
      // A lock on a directory that is gone protects nothing.
      var (held, named) = (stat(), stat())
      try systemCall("fstat \(path)") { fstat(raw, &held) }
      if lstat(path, &named) == 0, held.st_ino == named.st_ino, held.st_dev == named.st_dev { return lock }
    }
  }
}
