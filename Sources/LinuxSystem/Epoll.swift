import CLinux

/// What a descriptor is ready for (epoll_ctl(2)).
public struct Readiness: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  public static let readable = Readiness(rawValue: clinux_epollin)
  public static let writable = Readiness(rawValue: clinux_epollout)
  /// Reported whether or not it was asked for.
  public static let error = Readiness(rawValue: clinux_epollerr)
  /// Reported whether or not it was asked for.
  public static let hangUp = Readiness(rawValue: clinux_epollhup)
}

/// epoll(7), level-triggered. A descriptor leaves it when it is closed.
public struct Epoll: ~Copyable, Sendable {
  /// A descriptor that is ready, by the token it was added with.
  public struct Ready: Sendable, Hashable {
    public let token: UInt64
    public let readiness: Readiness
  }

  private let descriptor: OwnedDescriptor

  public init() throws(SystemError) {
    descriptor = OwnedDescriptor(owning: try systemCall("epoll_create1") { clinux_epoll_create() })
  }

  public borrowing func add(
    _ target: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64
  ) throws(SystemError) {
    let (epoll, target) = (descriptor.raw, target.raw)
    try systemCall("epoll_ctl(ADD)") { clinux_epoll_add(epoll, target, readiness.rawValue, token) }
  }

  public borrowing func modify(
    _ target: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64
  ) throws(SystemError) {
    let (epoll, target) = (descriptor.raw, target.raw)
    try systemCall("epoll_ctl(MOD)") { clinux_epoll_modify(epoll, target, readiness.rawValue, token) }
  }

  /// epoll_wait(2) without a timeout: at least one and at most 4096 (CLINUX_EPOLL_EVENTS) ready descriptors. In any
  /// endpoint that is all of them, so that no ready descriptor looks idle.
  public borrowing func wait() throws(SystemError) -> [Ready] {
    let epoll = descriptor.raw
    var failure: SystemError?
    let capacity = Int(CLINUX_EPOLL_EVENTS)
    let ready = withUnsafeTemporaryAllocation(of: clinux_epoll_event.self, capacity: capacity) { buffer -> [Ready] in
      do throws(SystemError) {
        let count = try systemCall("epoll_wait") {
          clinux_epoll_wait(epoll, buffer.baseAddress, Int32(capacity), -1)
        }
        return buffer[..<Int(count)].map { Ready(token: $0.token, readiness: Readiness(rawValue: $0.events)) }
      } catch {
        failure = error
        return []
      }
    }
    if let failure { throw failure }
    return ready
  }
}
