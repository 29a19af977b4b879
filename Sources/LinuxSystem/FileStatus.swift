import Glibc

/// A file's metadata: stat(2).
public struct FileStatus: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case regular, directory, symbolicLink, other
  }

  /// These two identify a file, whatever its name.
  public let device, inode: UInt64
  /// How many names it has; 0 once the last was removed.
  public let links: Int
  /// In bytes.
  public let size: Int
  public let kind: Kind
  /// The user identifier of its owner.
  public let owner: UInt32
  /// The permission bits, as chmod(2) takes them.
  public let permissions: UInt32

  /// - Parameter followsLinks: whether to describe a symbolic link's target rather than the link itself.
  public init(_ path: String, followsLinks: Bool = true) throws(SystemError) {
    var status = stat()
    try systemCall("stat \(path)") { followsLinks ? stat(path, &status) : lstat(path, &status) }
    self.init(status)
  }

  public init(of descriptor: borrowing OwnedDescriptor) throws(SystemError) {
    let raw = descriptor.raw
    var status = stat()
    try systemCall("fstat") { fstat(raw, &status) }
    self.init(status)
  }

  private init(_ status: stat) {
    (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    (links, size, owner) = (Int(status.st_nlink), Int(status.st_size), status.st_uid)
    permissions = status.st_mode & 0o7777
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      default: .other
      }
  }

  /// chmod(2).
  public static func setPermissions(_ mode: mode_t, of path: String) throws(SystemError) {
    try systemCall("chmod \(path)") { chmod(path, mode) }
  }

  public func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

  /// Whether any user of the machine may write to it.
  public var isWorldWritable: Bool { permissions & 0o002 != 0 }
}
