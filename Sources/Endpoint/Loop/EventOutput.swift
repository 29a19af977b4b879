import EndpointProtocol
import LinuxSystem

/// Events for the runner: whole lines on standard output.
final class EventOutput {
  private let descriptor: OwnedDescriptor

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }

  func write(_ event: Event) throws(EndpointError) {
    try write([event])
  }

  /// Writes all lines at once, as far as the pipe has room for them.
  func write(_ events: [Event]) throws(EndpointError) {
    var bytes: [UInt8] = []
    for event in events {
      bytes += event.line.utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    do throws(SystemError) {
      try descriptor.writeAll(bytes)
    } catch {
      throw EndpointError(.outputClosed, stage: "write standard output", error.description)
    }
  }
}
