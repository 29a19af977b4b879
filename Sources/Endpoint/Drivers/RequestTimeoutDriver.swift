import LinuxSystem
import Model

/// The business request's own timeout: the peer is dead when the oldest request without an answer is `timeout` old.
struct RequestTimeoutDriver: DetectorDriver {
  let settings: RequestTimeoutSettings

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    .requestTimeout(settings)
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    oldestRequest.map { Deadline(at: $0 + settings.timeout, signal: .requestTimeout) }
  }
}
