import Glibc
import LinuxSystem

/// A setting of the calling thread's network namespace under /proc/sys.
public struct Sysctl: Sendable, Hashable {
  /// `net/ipv4/tcp_retries2`.
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Writes it; returns whether that was possible.
  @discardableResult
  public func writeIfPossible() -> Bool {
    guard let file = try? OwnedDescriptor.open("/proc/sys/\(name)", flags: O_WRONLY) else { return false }
    return (try? file.writeAll(Array(value.utf8))) != nil
  }

  /// Writes it; throws if the kernel has no such setting, or it may not be written.
  public func write() throws(SystemError) {
    try OwnedDescriptor.open("/proc/sys/\(name)", flags: O_WRONLY).writeAll(Array(value.utf8))
  }

  /// A setting's value; nil if this kernel has no such setting, or it cannot be read.
  public static func read(_ name: String) -> String? {
    guard let file = try? OwnedDescriptor.open("/proc/sys/\(name)"), let bytes = try? file.readToEnd() else {
      return nil
    }
    var text = Substring(decoding: bytes, as: UTF8.self)
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
