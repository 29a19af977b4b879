import Glibc

/// Removing what was made: unlink(2), rmdir(2).
public enum DirectoryRemoval {
  /// Removes a directory with everything in it, as far as that is possible; follows no symbolic link.
  public static func remove(_ path: String) {
    for name in (try? DirectoryListing.names(in: path)) ?? [] {
      let entry = "\(path)/\(name)"
      var status = stat()
      if lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(entry) } else { unlink(entry) }
    }
    rmdir(path)
  }
}
