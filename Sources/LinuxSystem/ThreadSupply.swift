import Glibc

/// Whether this process can have threads at all.
///
/// A limit of processes (RLIMIT_NPROC, getrlimit(2); a cgroup's pids.max) counts threads too. Whoever needs one more may
/// wait for ever: libdispatch, on which Swift concurrency runs, tries again and again and says nothing.
public enum ThreadSupply {
  /// Starts so many threads at a time, and ends them again.
  ///
  /// - Throws: pthread_create's error, if there are fewer.
  public static func check(_ count: Int) throws(SystemError) {
    let gate = Semaphore()
    var threads: [JoinableThread] = []
    // Each lets the next one go.
    defer {
      gate.signal()
      for thread in threads { thread.join() }
    }
    for _ in 0..<count {
      threads.append(
        try JoinableThread {
          gate.wait()
          gate.signal()
        })
    }
  }

  /// The limit of processes and threads of this user (`ulimit -u`); nil if there is none.
  public static var limit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(__RLIMIT_NPROC.rawValue)), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur).flatMap { $0 == .max ? nil : $0 }
  }

  /// How many more processes and threads this user may start; nil if nothing limits them, as of root.
  public static func left() -> Int? {
    guard let limit, !isExempt else { return nil }
    return max(0, limit - used())
  }

  /// The limit is not for root, nor for who may administer the whole system (copy_process, kernel/fork.c); in a user
  /// namespace nobody is that.
  private static var isExempt: Bool {
    guard CurrentProcess.canAdministerSystem, let file = try? OwnedDescriptor.open("/proc/self/uid_map"),
      let bytes = try? file.readToEnd()
    else { return false }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
  }

  /// The threads of all processes of this user that can be seen.
  private static func used() -> Int {
    let user = geteuid()
    return ((try? DirectoryListing.names(in: "/proc")) ?? []).reduce(0) { sum, name in
      var status = stat()
      guard Int32(name) != nil, stat("/proc/\(name)", &status) == 0, status.st_uid == user else { return sum }
      // One that has ended in between has none.
      return sum + ((try? DirectoryListing.names(in: "/proc/\(name)/task"))?.count ?? 0)
    }
  }
}
