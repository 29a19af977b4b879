import CLinux

/// Whether this process may trace its children: ptrace(2).
public enum ProcessTracing {
  /// Starts a child, traces it as a user-mode kernel does with its programs, and ends it.
  ///
  /// - Throws: the kernel's reason if it is not possible.
  public static func check() throws(SystemError) {
    try systemCall("trace a process") { clinux_try_tracing() }
  }
}
