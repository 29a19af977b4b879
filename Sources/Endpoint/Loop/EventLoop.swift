import LinuxSystem
import Model

/// One epoll instance and one timer, on which an endpoint's single thread waits.
final class EventLoop {
  /// Why the loop woke.
  struct Wake {
    /// The time right after epoll_wait returned: the time stamp of everything that is ready.
    let at: Instant
    let ready: [Epoll.Ready]
  }

  private static let timerToken: UInt64 = 0
  /// There are never 2^48 tokens: at a million a second they last for nine years.
  private static let ownerShift: UInt64 = 48

  private let epoll: Epoll
  private let timer: MonotonicTimer
  private var armed: Instant?
  /// An expired timer stays readable until it is set again or disarmed; otherwise the loop would spin.
  private var hasExpired = false
  private var lastToken = EventLoop.timerToken
  /// The number of the herd's member that owns the descriptors watched from now on; it is part of their tokens.
  var owner = 0
  /// The unsent bytes of the connections on this loop.
  let unsent = UnsentBytes()

  init() throws(EndpointError) {
    epoll = try during("start") { () throws(SystemError) in try Epoll() }
    timer = try during("start") { () throws(SystemError) in try MonotonicTimer() }
    try during("start") { () throws(SystemError) in
      try epoll.add(timer.descriptor, for: .readable, token: EventLoop.timerToken)
    }
  }

  /// A number that no descriptor of this loop ever had, so that a late event of a closed one is recognized.
  func newToken() -> UInt64 {
    lastToken += 1
    return UInt64(owner) << EventLoop.ownerShift | lastToken
  }

  /// The owner at the time when the token was made.
  static func owner(of token: UInt64) -> Int { Int(token >> ownerShift) }

  func add(_ descriptor: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64) throws(SystemError) {
    try epoll.add(descriptor, for: readiness, token: token)
  }

  func modify(_ descriptor: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64) throws(SystemError) {
    try epoll.modify(descriptor, for: readiness, token: token)
  }

  /// Watches standard input, which must be of a kind that epoll supports: a pipe, a socket or a terminal.
  func watch(_ input: CommandInput, token: UInt64) throws(EndpointError) {
    try during("watch standard input", .unsupported) { () throws(SystemError) in
      try epoll.add(input.descriptor, for: .readable, token: token)
    }
  }

  /// Waits until a descriptor is ready or `deadline` is reached; if only the timer expired, nothing is ready. Also
  /// throws once the connections hold more than the limit.
  func wait(until deadline: Instant? = nil) throws(EndpointError) -> Wake {
    try unsent.check()
    if deadline != armed || hasExpired {
      try during("wait") { () throws(SystemError) in try timer.set(deadline?.nanoseconds) }
      armed = deadline
      hasExpired = false
    }
    let ready = try during("wait") { () throws(SystemError) in try epoll.wait() }
    let now = Instant.now
    let others = ready.filter { $0.token != EventLoop.timerToken }
    if others.count < ready.count { hasExpired = true }
    return Wake(at: now, ready: others)
  }
}
