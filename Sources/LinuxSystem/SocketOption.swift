import CLinux
import Glibc

/// A socket option whose value is an `int`: socket(7), tcp(7).
public struct SocketOption: Sendable, Hashable {
  /// The name in the manual pages: `TCP_KEEPIDLE`.
  public let name: String
  let level: Int32
  let number: Int32

  /// Whether keepalive is on.
  public static let keepAlive = SocketOption(name: "SO_KEEPALIVE", level: SOL_SOCKET, number: SO_KEEPALIVE)
  public static let reuseAddress = SocketOption(name: "SO_REUSEADDR", level: SOL_SOCKET, number: SO_REUSEADDR)
  /// The receive buffer, in bytes; the kernel doubles the value that is set (socket(7)). If it is set on a listener
  /// before listen(2), its connections inherit it with a matching window scale (tcp(7)).
  public static let receiveBuffer = SocketOption(name: "SO_RCVBUF", level: SOL_SOCKET, number: SO_RCVBUF)
  public static let noDelay = tcp("TCP_NODELAY", clinux_tcp_nodelay)
  /// Seconds without traffic before the first keepalive probe.
  public static let keepIdle = tcp("TCP_KEEPIDLE", clinux_tcp_keepidle)
  /// Seconds between keepalive probes.
  public static let keepInterval = tcp("TCP_KEEPINTVL", clinux_tcp_keepintvl)
  /// How many keepalive probes may stay unanswered.
  public static let keepCount = tcp("TCP_KEEPCNT", clinux_tcp_keepcnt)
  /// Milliseconds that data may stay unacknowledged; 0: the kernel's default.
  public static let userTimeout = tcp("TCP_USER_TIMEOUT", clinux_tcp_user_timeout)

  /// How often a SYN is retransmitted; 0: the kernel's default.
  public static let synCount = tcp("TCP_SYNCNT", clinux_tcp_syncnt)

  private static func tcp(_ name: String, _ number: Int32) -> SocketOption {
    SocketOption(name: name, level: clinux_sol_tcp, number: number)
  }
}

extension OwnedDescriptor {
  /// setsockopt(2).
  public borrowing func setOption(_ option: SocketOption, to value: Int) throws(SystemError) {
    let descriptor = raw
    guard var number = Int32(exactly: value) else {
      throw SystemError("setsockopt(\(option.name)) to \(value)", .invalid)
    }
    try systemCall("setsockopt(\(option.name)) to \(value)") {
      setsockopt(descriptor, option.level, option.number, &number, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// getsockopt(2).
  public borrowing func option(_ option: SocketOption) throws(SystemError) -> Int {
    let descriptor = raw
    var number: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try systemCall("getsockopt(\(option.name))") {
      getsockopt(descriptor, option.level, option.number, &number, &size)
    }
    return Int(number)
  }

  /// getsockopt(SO_ERROR): takes the socket's pending error, nil if there is none.
  ///
  /// Only after EPOLLERR or EPOLLHUP: on an established socket without a hard error it returns, and clears, the soft
  /// error (net/core/sock.c, sk_getsockopt; `sk_err_soft`), whose errno a failing retransmission would have reported.
  public borrowing func takeError() throws(SystemError) -> Errno? {
    let code = try option(SocketOption(name: "SO_ERROR", level: SOL_SOCKET, number: SO_ERROR))
    return code == 0 ? nil : Errno(code: Int32(code))
  }

  /// SO_LINGER with a time of 0: the next close sends RST and leaves no orphan behind.
  public borrowing func abortOnClose() throws(SystemError) {
    let descriptor = raw
    var setting = linger(l_onoff: 1, l_linger: 0)
    try systemCall("setsockopt(SO_LINGER)") {
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
    }
  }
}
