import CLinux
import Glibc

/// A Linux error number (errno(3)).
public struct Errno: Error, Sendable, Hashable {
  public let code: Int32

  public init(code: Int32) {
    self.code = code
  }

  /// The calling thread's errno.
  static var current: Errno { Errno(code: clinux_errno()) }

  /// The symbolic name, such as `ETIMEDOUT`; `E<number>` if the C library does not know it.
  public var name: String {
    clinux_errno_name(code).map { String(cString: $0) } ?? "E\(code)"
  }

  /// The C library's text, such as `Connection timed out`.
  public var text: String { String(cString: strerror(code)) }

  /// Whether it says that a resource has run out (descriptors, threads, memory), rather than that anything is wrong.
  public var isShortage: Bool { [EMFILE, ENFILE, EAGAIN, ENOMEM].contains(code) }

  public static let wouldBlock = Errno(code: EAGAIN)
  public static let interrupted = Errno(code: EINTR)
  public static let inProgress = Errno(code: EINPROGRESS)
  public static let notPermitted = Errno(code: EPERM)
  public static let accessDenied = Errno(code: EACCES)
  public static let notFound = Errno(code: ENOENT)
  public static let invalid = Errno(code: EINVAL)
  public static let isADirectory = Errno(code: EISDIR)
  public static let timedOut = Errno(code: ETIMEDOUT)
}

/// A failed operating system call.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The operation that failed, with its object: `connect to 10.0.2.1 port 7000`.
  public let operation: String
  public let errno: Errno

  public init(_ operation: String, _ errno: Errno) {
    self.operation = operation
    self.errno = errno
  }

  public var description: String { "\(operation): \(errno.text) (\(errno.name))" }
}

/// Makes a system call, retrying while it is interrupted; -1 becomes a `SystemError`.
@discardableResult
func systemCall<Result: SignedInteger>(
  _ operation: @autoclosure () -> String, _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    let errno = Errno.current
    if errno != .interrupted { throw SystemError(operation(), errno) }
  }
}
