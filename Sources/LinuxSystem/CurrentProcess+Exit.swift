import Glibc

extension CurrentProcess {
  /// Ignores SIGPIPE in the whole process: writing to a pipe without a reader fails with EPIPE instead (signal(7)).
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Ignores SIGINT in the whole process: Ctrl-C reaches every process of the terminal's group, and a process that ends
  /// with its parent must leave handling the signal to the parent.
  public static func ignoreInterrupts() {
    signal(SIGINT, SIG_IGN)
  }

  /// exit(3).
  public static func exit(_ status: Int32) -> Never {
    Glibc.exit(status)
  }
}
