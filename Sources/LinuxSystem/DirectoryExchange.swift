import CLinux
import Glibc

/// Putting a directory in the place of another, in one step: whoever looks sees the one or the other, whole.
public enum DirectoryExchange {
  /// Moves `path` to `place`; what was there before is then at `path` (renameat2(2), RENAME_EXCHANGE).
  public static func put(_ path: String, at place: String) throws(SystemError) {
    if rename(path, place) == 0 { return }
    let errno = Errno.current
    // rename(2) replaces no directory that holds anything.
    guard errno.code == ENOTEMPTY || errno.code == EEXIST else {
      throw SystemError("rename \(path) to \(place)", errno)
    }
    try systemCall("exchange \(path) and \(place)") { clinux_exchange(path, place) }
  }
}
