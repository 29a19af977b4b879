import Glibc

/// A file system's free space and what it allows: statvfs(3), mmap(2).
public enum Filesystem {
  /// How many bytes an ordinary user can still write to the file system of `path`.
  public static func freeBytes(at path: String) throws(SystemError) -> Int {
    var status = statvfs()
    try systemCall("statvfs \(path)") { statvfs(path, &status) }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Makes a file in `directory`, maps it for execution (as a user-mode kernel does with its memory), and removes it.
  ///
  /// - Throws: if the directory cannot be written, or its file system is mounted noexec.
  public static func checkExecution(in directory: String) throws(SystemError) {
    var template = Array("\(directory)/flatline-XXXXXX".utf8CString)
    let raw = try systemCall("create a file in \(directory)") { mkstemp(&template) }
    let file = OwnedDescriptor(owning: raw)
    unlink(template)
    let length = 4096
    try file.truncate(to: length)
    let address = mmap(nil, length, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, file.raw, 0)
    guard let address, address != MAP_FAILED else {
      throw SystemError("map a file of \(directory) for execution", .current)
    }
    munmap(address, length)
  }
}
