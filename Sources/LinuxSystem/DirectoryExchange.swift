import CLinux
import Glibc

/// Replacing a directory by another in one step: a reader sees either the old or the new one, complete.
public enum DirectoryExchange {
  /// Moves `path` to `place`; the former content is then at `path` (renameat2(2), RENAME_EXCHANGE).
  public static func put(_ path: String, at place: String) throws(SystemError) {
    if rename(path, place) == 0 { return }
    let errno = Errno.current
    // rename(2) does not replace a directory that is not empty.
    guard errno.code == ENOTEMPTY || errno.code == EEXIST else {
      throw SystemError("rename \(path) to \(place)", errno)
    }
    try systemCall("exchange \(path) and \(place)") { clinux_exchange(path, place) }
  }
}
