import Glibc

extension CurrentProcess {
  /// Unblocks SIGINT, SIGTERM and SIGHUP, whatever mask this process was started with: a process that inherits them
  /// blocked could only be killed. Call it before there is a second thread, as threads inherit the mask.
  public static func unblockEndingSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a file system of processes is mounted at /proc, and shows this one.
  public static var isShownInProc: Bool { access("/proc/self/cmdline", R_OK) == 0 }
}
