import Glibc

/// Whether this process can start threads at all.
///
/// A limit of processes (RLIMIT_NPROC, getrlimit(2); a cgroup's pids.max) counts threads too. Code that needs one more
/// thread may wait forever: libdispatch, on which Swift concurrency runs, retries endlessly and reports nothing.
public enum ThreadSupply {
  /// Starts that many threads at a time, and ends them again.
  ///
  /// - Throws: pthread_create's error, if there are fewer.
  public static func check(_ count: Int) throws(SystemError) {
    let gate = Semaphore()
    var threads: [JoinableThread] = []
    // Each thread releases the next one.
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

  /// How many more processes and threads this user may start; nil if there is no limit, as for root.
  public static func left() -> Int? {
    guard let limit, !isExempt else { return nil }
    return max(0, limit - used())
  }

  /// The limit does not apply to root, nor to a process that may administer the whole system (copy_process,
  /// kernel/fork.c), which no process in a user namespace may.
  private static var isExempt: Bool {
    guard CurrentProcess.canAdministerSystem, let file = try? OwnedDescriptor.open("/proc/self/uid_map"),
      let bytes = try? file.readToEnd()
    else { return false }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
  }

  /// The threads of all visible processes of this user.
  private static func used() -> Int {
    let user = geteuid()
    return ((try? DirectoryListing.names(in: "/proc")) ?? []).reduce(0) { sum, name in
      var status = stat()
      guard Int32(name) != nil, stat("/proc/\(name)", &status) == 0, status.st_uid == user else { return sum }
      // A process that has ended in between has no threads.
      return sum + ((try? DirectoryListing.names(in: "/proc/\(name)/task"))?.count ?? 0)
    }
  }
}
