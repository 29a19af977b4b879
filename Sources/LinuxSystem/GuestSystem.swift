import CLinux
import Glibc

/// System calls that the first process of a guest makes.
public enum GuestSystem {
  /// mount(2) with set-user-ID programs disabled, and devices too unless `type` is `devtmpfs`.
  public static func mount(
    _ type: String, at target: String, readOnly: Bool = false, options: String? = nil
  ) throws(SystemError) {
    try systemCall("mount \(type) at \(target)") { clinux_mount(type, target, type, readOnly ? 1 : 0, options) }
  }

  /// Keys the kernel's random number generator with these bytes, at most 64 (RNDADDENTROPY, RNDRESEEDCRNG; random(4)).
  public static func seedRandom(_ bytes: [UInt8]) throws(SystemError) {
    try systemCall("seed the random number generator") {
      bytes.withUnsafeBytes { clinux_seed_random($0.baseAddress, Int32($0.count)) }
    }
  }

  /// reboot(2) with RB_POWER_OFF; returns only if it is refused.
  public static func powerOff() throws(SystemError) {
    try systemCall("power off") { clinux_power_off() }
  }
}
