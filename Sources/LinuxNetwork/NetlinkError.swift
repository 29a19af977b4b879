import LinuxSystem

/// A failed request to the kernel's networking: the operation, its object, and the kernel's reason.
public struct NetlinkError: Error, Sendable, Hashable, CustomStringConvertible {
  /// `add veth client.near`, `set down port 101 (client.near)`.
  public let operation: String
  public let errno: Errno
  /// The kernel's own message (NLMSGERR_ATTR_MSG), such as `Nexthop has invalid gateway`; nil if it gave none.
  public let kernelMessage: String?

  public init(_ operation: String, _ errno: Errno, kernelMessage: String? = nil) {
    self.operation = operation
    self.errno = errno
    self.kernelMessage = kernelMessage
  }

  public var description: String {
    "\(operation): \(kernelMessage.map { "\($0): " } ?? "")\(errno.text) (\(errno.name))"
  }
}
