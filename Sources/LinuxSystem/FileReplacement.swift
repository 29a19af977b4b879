import Glibc

/// Writes files so that a reader sees either all of the old content or all of the new.
public enum FileReplacement {
  /// Writes beside `path` first, then renames (rename(2)).
  public static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    // A hidden file, with a name that no other process uses.
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let temporary = (parts.dropLast() + [".\(parts.last ?? "").\(CurrentProcess.identifier)"]).joined(separator: "/")
    do throws(SystemError) {
      let file = try OwnedDescriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_TRUNC)
      try file.writeAll(bytes)
      try file.close()
      guard rename(temporary, path) == 0 else { throw SystemError("rename \(temporary)", Errno(code: errno)) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
