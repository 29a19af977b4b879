import CLinux
import Glibc

/// This process.
public enum CurrentProcess {
  public static var identifier: Int32 { getpid() }
  public static var parent: Int32 { getppid() }
  public static var effectiveUser: UInt32 { geteuid() }

  /// The kernel sends this process SIGKILL when the thread that started it is gone (prctl(2), PR_SET_PDEATHSIG).
  ///
  /// - Returns: false if `parent` was gone before the call took effect, and the caller should exit.
  public static func dieWithParent(_ parent: Int32) throws(SystemError) -> Bool {
    try systemCall("prctl(PR_SET_PDEATHSIG)") { clinux_set_parent_death_signal(SIGKILL) }
    return getppid() == parent
  }

  /// Raises the soft limit of open descriptors to the hard limit; returns the limit in force.
  @discardableResult
  public static func raiseDescriptorLimit() throws(SystemError) -> Int {
    var limit = rlimit()
    try systemCall("getrlimit(RLIMIT_NOFILE)") { getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) }
    limit.rlim_cur = limit.rlim_max
    try systemCall("setrlimit(RLIMIT_NOFILE)") { setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) }
    return Int(limit.rlim_cur)
  }

  /// The kernel's release: `6.1.0-18-amd64`.
  public static func kernelRelease() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
