import Glibc

extension CurrentProcess {
  /// Lets SIGINT, SIGTERM and SIGHUP through, whatever mask this process was started with: one that inherits them blocked
  /// could only be killed. Before there is a second thread, which takes the mask over.
  public static func unblockEndingSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a file system of processes is mounted at /proc, and shows this one.
  public static var isShownInProc: Bool { access("/proc/self/cmdline", R_OK) == 0 }
}
