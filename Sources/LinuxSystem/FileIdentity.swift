import Glibc

/// Identifies a file and its state: another file, or one that was rewritten, has another identity (stat(2)).
public struct FileIdentity: Sendable, Hashable {
  public let device: UInt
  public let inode: UInt
  /// In bytes.
  public let size: Int
  /// The last change of its content, in nanoseconds since 1970.
  public let changed: Int64

  public init(of path: String) throws(SystemError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw SystemError("read the status of \(path)", Errno(code: errno)) }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    size = Int(status.st_size)
    changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }

  /// One word.
  public var spelled: String { "\(device)/\(inode)/\(size)/\(changed)" }
}
