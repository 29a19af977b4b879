import Glibc
import LinuxSystem

/// Where a kernel is built: inside the cache, so that it can be moved into its place in one step; one build at a time.
/// The directory is removed with its content when its owner is gone; the next build removes what a killed build left.
final class BuildDirectory: Sendable {
  let path: String
  // Released only after the directory is gone.
  private let lock: DirectoryLock

  private init(path: String, lock: consuming DirectoryLock) {
    self.path = path
    self.lock = lock
  }

  deinit { DirectoryRemoval.remove(path) }

  /// Waits until no other build is under way.
  ///
  /// - Parameter waiting: called once if there is one.
  static func take(in cache: String, waiting: () -> Void) async throws -> BuildDirectory {
    try DirectoryCreation.make(cache)
    let path = "\(cache)/.build"
    var hasWaited = false
    while true {
      if let lock = try DirectoryLock.take(path) {
        for name in try DirectoryListing.names(in: path) { try empty("\(path)/\(name)") }
        return BuildDirectory(path: path, lock: lock)
      }
      if !hasWaited { waiting() }
      hasWaited = true
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  private static func empty(_ path: String) throws(SystemError) {
    DirectoryRemoval.remove(path)
    if unlink(path) == -1, errno != ENOENT, errno != EISDIR { throw SystemError("remove \(path)", Errno(code: errno)) }
    guard access(path, F_OK) == -1 else {
      throw SystemError("remove \(path), left by a build that was killed", Errno(code: ENOTEMPTY))
    }
  }
}
