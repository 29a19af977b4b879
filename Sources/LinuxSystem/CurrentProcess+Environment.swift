import Glibc

extension CurrentProcess {
  /// getenv(3); nil if it is not set, or empty.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// getcwd(3); `/` if the directory no longer exists.
  public static var directory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}
