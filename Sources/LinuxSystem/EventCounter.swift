import CLinux

/// A counter with a descriptor, through which one thread wakes another: eventfd(2).
public struct EventCounter: ~Copyable, Sendable {
  /// Readable while the counter is not zero.
  public let descriptor: OwnedDescriptor

  /// - Parameter blocking: whether `wait` waits for the counter to become positive.
  public init(blocking: Bool) throws(SystemError) {
    descriptor = OwnedDescriptor(owning: try systemCall("eventfd") { clinux_event_create(blocking ? 1 : 0) })
  }

  /// Adds one.
  public borrowing func signal() throws(SystemError) {
    let one = withUnsafeBytes(of: UInt64(1)) { Array($0) }
    _ = try descriptor.write(one[...])
  }

  /// Resets the counter to zero; a blocking counter first waits until it is positive.
  public borrowing func wait() throws(SystemError) {
    do throws(SystemError) {
      _ = try descriptor.read(upTo: 8)
    } catch {
      if error.errno != .wouldBlock { throw error }
    }
  }
}
