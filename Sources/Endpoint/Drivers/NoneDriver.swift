import LinuxSystem
import Model

/// The control: only what the kernel signals of its own accord.
struct NoneDriver: DetectorDriver {
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .none }
}
