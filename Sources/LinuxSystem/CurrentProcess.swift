import CLinux
import Glibc

/// This process.
public enum CurrentProcess {
  public static var identifier: Int32 { getpid() }
  public static var parent: Int32 { getppid() }
  public static var effectiveUser: UInt32 { geteuid() }

  /// Makes the kernel send this process SIGKILL when the thread that started it is gone (prctl(2), PR_SET_PDEATHSIG).
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
    try systemCall("getrlimit(RLIMIT_NOFILE)") {
      getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    }
    limit.rlim_cur = limit.rlim_max
    try systemCall("setrlimit(RLIMIT_NOFILE)") {
      setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    }
    return Int(limit.rlim_cur)
  }

  /// Whether this process has CAP_SYS_ADMIN, which is needed to create network namespaces (capabilities(7)).
  public static var canAdministerSystem: Bool {
    guard let file = try? OwnedDescriptor.open("/proc/self/status"), let bytes = try? file.readToEnd() else {
      return effectiveUser == 0
    }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    guard let mask = line?.split(separator: "\t").last.flatMap({ UInt64($0, radix: 16) }) else { return false }
    return mask >> 21 & 1 == 1
  }

  /// The CPU time that all threads of this process have used so far, in nanoseconds (CLOCK_PROCESS_CPUTIME_ID).
  public static func cpuNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// How many processors are online.
  public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The path of the running executable.
  public static func executablePath() throws(SystemError) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = try systemCall("readlink /proc/self/exe") { readlink("/proc/self/exe", &buffer, buffer.count) }
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
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
