import Glibc

/// Removing files and directories: unlink(2), rmdir(2).
public enum DirectoryRemoval {
  /// Removes a directory with everything in it, as far as that is possible. Follows no symbolic link: a link to a
  /// directory is not a directory, and stays.
  public static func remove(_ path: String) {
    guard isDirectory(path) else { return }
    for name in (try? DirectoryListing.names(in: path)) ?? [] {
      let entry = "\(path)/\(name)"
      if isDirectory(entry) { remove(entry) } else { unlink(entry) }
    }
    rmdir(path)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
