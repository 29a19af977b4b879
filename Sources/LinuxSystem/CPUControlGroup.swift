import Glibc
import Synchronization

/// The kernel's CPU bandwidth control for groups of processes: cgroups(7), version 1 (`cpu` controller,
/// Documentation/scheduler/sched-bwc.rst) or version 2 (`cpu.max`, Documentation/admin-guide/cgroup-v2.rst).
public enum CPUController {
  public enum Version: Sendable, Hashable {
    case one, two
  }

  /// How often the kernel cut a group off: `cpu.stat`.
  public struct Throttling: Sendable, Hashable {
    /// Enforcement periods in which the group wanted CPU.
    public let periods: Int
    /// Enforcement periods in which it was cut off, because its quota was used up.
    public let throttled: Int

    public init(periods: Int, throttled: Int) {
      self.periods = periods
      self.throttled = throttled
    }
  }

  /// Where the controller is mounted.
  public struct Mount: Sendable, Hashable {
    public let version: Version
    public let path: String

    /// The directory of the group that a process belongs to.
    public func group(of process: Int32) throws(SystemError) -> String {
      for line in try CPUController.text(of: "/proc/\(process)/cgroup").split(separator: "\n") {
        // hierarchy:controllers:path; version 2 has hierarchy 0 and no controllers.
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { continue }
        let fits = version == .one ? fields[1].split(separator: ",").contains("cpu") : fields[0] == "0"
        if fits { return fields[2] == "/" ? path : path + fields[2] }
      }
      throw SystemError("find the cpu group of process \(process)", .notFound)
    }
  }

  /// Version 1 if it is mounted anywhere, or else version 2 if it has this controller.
  public static func mount() throws(SystemError) -> Mount {
    let lines = try text(of: "/proc/self/mounts").split(separator: "\n").map { $0.split(separator: " ") }
    for fields in lines where fields.count > 3 && fields[2] == "cgroup" {
      if fields[3].split(separator: ",").contains("cpu") { return Mount(version: .one, path: String(fields[1])) }
    }
    for fields in lines where fields.count > 3 && fields[2] == "cgroup2" {
      let controllers = try text(of: "\(fields[1])/cgroup.controllers").split { $0 == " " || $0 == "\n" }
      if controllers.contains("cpu") { return Mount(version: .two, path: String(fields[1])) }
    }
    throw SystemError("find a cgroup hierarchy with the cpu controller", .notFound)
  }

  /// The directory of the group that a process belongs to.
  public static func group(of process: ProcessHandle) throws(SystemError) -> String {
    let mount = try mount()
    return try process.withNumber { number throws(SystemError) in try mount.group(of: number) }
  }

  /// The counters in `cpu.stat` of the group in `directory`; nil if there are none of periods, as in a root group.
  public static func throttling(of directory: String) throws(SystemError) -> Throttling? {
    let lines = try text(of: "\(directory)/cpu.stat").split(separator: "\n").map { $0.split(separator: " ") }
    func value(_ name: String) -> Int? {
      lines.first { $0.count == 2 && $0[0] == name }.flatMap { Int($0[1]) }
    }
    guard let periods = value("nr_periods"), let throttled = value("nr_throttled") else { return nil }
    return Throttling(periods: periods, throttled: throttled)
  }

  static func text(of path: String) throws(SystemError) -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }

  static func write(_ text: String, to path: String) throws(SystemError) {
    do throws(SystemError) {
      try OwnedDescriptor.open(path, flags: O_WRONLY).writeAll(Array(text.utf8))
    } catch {
      throw SystemError("write '\(text)' to \(path)", error.errno)
    }
  }
}

/// A group of processes that share a limited amount of CPU time. Removed with its owner, if it is empty by then.
///
/// Named `flatline-PID-NUMBER` after the process that made it, which keeps its directory locked. A group whose lock is
/// free has lost its owner: `removeAbandoned` removes it.
public final class CPUControlGroup: Sendable {
  public let directory: String
  private let lock: DirectoryLock

  /// Distinguishes the groups of one process.
  private static let made = Atomic(0)

  /// Creates a group that gets `quota` of CPU time in every `period`, both in microseconds; quota >= 1000, and
  /// 1000 <= period <= 1000000.
  ///
  /// - Throws: if no cpu controller is mounted, writable and available to new groups.
  public init(quota: Int, period: Int) throws(SystemError) {
    let mount = try CPUController.mount()
    if mount.version == .two { try Self.checkDelegation(in: mount.path) }
    let number = Self.made.add(1, ordering: .relaxed).newValue
    let directory = "\(mount.path)/\(Self.prefix)-\(CurrentProcess.identifier)-\(number)"
    lock = try Self.make(directory)
    self.directory = directory
    switch mount.version {
    case .one:
      try CPUController.write("\(period)", to: "\(directory)/cpu.cfs_period_us")
      try CPUController.write("\(quota)", to: "\(directory)/cpu.cfs_quota_us")
    case .two: try CPUController.write("\(quota) \(period)", to: "\(directory)/cpu.max")
    }
  }

  deinit {
    // A group that is not empty yet is left for the next run, or `doctor`, to remove.
    rmdir(directory)
  }

  private static let prefix = "flatline"

  /// Makes the directory and locks it before another process can consider it abandoned.
  private static func make(_ directory: String) throws(SystemError) -> DirectoryLock {
    for _ in 1...1000 {
      if let lock = try DirectoryLock.take(directory) { return lock }
      // Another process locked it first, and is about to remove it.
      usleep(1000)
    }
    throw SystemError("lock \(directory)", .wouldBlock)
  }

  /// Moves a process with all its threads into the group.
  public func add(_ process: ProcessHandle) throws(SystemError) {
    try Self.move(process, to: directory)
  }

  /// Moves a process with all its threads into the group in `directory`.
  public static func move(_ process: ProcessHandle, to directory: String) throws(SystemError) {
    try process.withNumber { number throws(SystemError) in
      try CPUController.write("\(number)", to: "\(directory)/cgroup.procs")
    }
  }

  public func throttling() throws(SystemError) -> CPUController.Throttling {
    guard let throttling = try CPUController.throttling(of: directory) else {
      throw SystemError("read \(directory)/cpu.stat", .notFound)
    }
    return throttling
  }

  /// Version 2 gives a group only the controllers that its parent delegates. Flatline does not change that, as the
  /// change would outlast the run.
  private static func checkDelegation(in mount: String) throws(SystemError) {
    let file = "\(mount)/cgroup.subtree_control"
    let controllers = try CPUController.text(of: file).split { $0 == " " || $0 == "\n" }
    guard controllers.contains("cpu") else {
      throw SystemError("make a cpu group: '+cpu' must be written to \(file) first", .notPermitted)
    }
  }

  /// Checks whether groups can be made here: makes one and removes it.
  ///
  /// - Throws: the kernel's reason if it is not possible.
  public static func probe() throws(SystemError) {
    _ = try CPUControlGroup(quota: 10_000, period: 100_000)
  }

  /// Removes the groups whose owners ended without removing them, for example because they were killed. A group whose
  /// owner lives is locked, whatever process number its name has, and the kernel refuses to remove one that still has
  /// members; both are left alone.
  ///
  /// - Returns: how many were removed.
  @discardableResult
  public static func removeAbandoned() -> Int {
    guard let mount = try? CPUController.mount(), let names = try? DirectoryListing.names(in: mount.path) else {
      return 0
    }
    return names.count { name in
      let parts = name.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == prefix, Int32(parts[1]) != nil, Int(parts[2]) != nil,
        let lock = try? DirectoryLock.take("\(mount.path)/\(name)", makes: false)
      else { return false }
      let isRemoved = remove("\(mount.path)/\(name)")
      _ = consume lock
      return isRemoved
    }
  }

  /// Its members may be about to die, as their runner has died.
  private static func remove(_ directory: String) -> Bool {
    for _ in 1...20 {
      if rmdir(directory) == 0 { return true }
      guard Errno.current.code == EBUSY else { return false }
      usleep(10_000)
    }
    return false
  }
}
