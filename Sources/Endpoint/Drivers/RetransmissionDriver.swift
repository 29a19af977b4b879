import LinuxSystem
import Model

/// The kernel's retransmission limits: sysctls of the network namespace that were set before the connection opens
/// (`tcp_rto_max_ms` is copied to a socket when it is made), so the driver does nothing on the socket.
struct RetransmissionDriver: DetectorDriver {
  let settings: RetransmissionSettings

  /// The requested settings, with the values in force in this thread's network namespace.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    var actual = RetransmissionSettings()
    if settings.retries2 != nil { actual.retries2 = try sysctl("tcp_retries2") }
    if settings.rtoMax != nil { actual.rtoMax = .milliseconds(try sysctl("tcp_rto_max_ms")) }
    return .retransmission(actual)
  }

  private func sysctl(_ name: String) throws(SystemError) -> Int {
    let path = "/proc/sys/net/ipv4/\(name)"
    let text = String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
    guard let value = Int(text.prefix { $0.isNumber }) else { throw SystemError("read \(path)", .invalid) }
    return value
  }
}
