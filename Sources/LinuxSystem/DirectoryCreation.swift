import Glibc

/// Making a directory and those above it: `mkdir -p`.
public enum DirectoryCreation {
  /// Makes the missing directories of `path`.
  ///
  /// - Returns: the directories that were made, the outermost first.
  @discardableResult
  public static func make(_ path: String, mode: mode_t = 0o755) throws(SystemError) -> [String] {
    if mkdir(path, mode) == 0 { return [path] }
    let reason = Errno.current
    if reason.code == EEXIST {
      guard try FileStatus(path).kind == .directory else {
        throw SystemError("create directory \(path)", Errno(code: ENOTDIR))
      }
      return []
    }
    let parent = parent(of: path)
    guard reason == .notFound, let parent else { throw SystemError("create directory \(path)", reason) }
    var made = try make(parent, mode: mode)
    // Another process may have made it meanwhile.
    if mkdir(path, mode) == 0 {
      made.append(path)
    } else if Errno.current.code != EEXIST {
      throw SystemError("create directory \(path)", .current)
    }
    return made
  }

  /// The directory that holds `path`: `a/b` for `a/b/c`, `.` for a bare name; nil for the root and for an empty path.
  public static func parent(of path: String) -> String? {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard !trimmed.isEmpty, trimmed != "/" else { return nil }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    let parent = trimmed[..<slash]
    return parent.isEmpty ? "/" : String(parent)
  }
}
