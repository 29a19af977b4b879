import LinuxSystem
import Model

/// The control: only what the kernel signals without being asked.
struct NoneDriver: DetectorDriver {
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .none }
}
