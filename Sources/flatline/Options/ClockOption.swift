import ArgumentParser
import LinuxSystem
import Model
import UserModeKernel

extension Clock: ExpressibleByArgument {
  /// The HZ of the kernel that runs on this clock: this machine's, or a user-mode kernel's, which is fixed.
  var kernelHZ: Int {
    switch self {
    case .real: Clocks.kernelHZ()
    case .virtual: GuestMachine.kernelHZ
    }
  }
}
