import LinuxSystem
import Model

/// TCP_USER_TIMEOUT alone: the kernel gives up the connection when sent data stays unacknowledged for that time.
struct UserTimeoutDriver: DetectorDriver {
  let settings: UserTimeoutSettings

  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {
    let timeout = try whole(settings.timeout, in: .milliseconds(1), name: "the user timeout")
    try during("open", .unsupported) { () throws(SystemError) in try socket.setOption(.userTimeout, to: timeout) }
  }

  /// If the timeout turns out to be off, the settings are `none`.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    let timeout = try socket.option(.userTimeout)
    return timeout == 0 ? .none : .userTimeout(UserTimeoutSettings(timeout: .milliseconds(timeout)))
  }
}
