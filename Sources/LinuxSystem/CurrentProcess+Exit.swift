import Glibc

extension CurrentProcess {
  /// Ignores SIGPIPE in the whole process: writing to what nobody reads fails with EPIPE instead (signal(7)).
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Ignores SIGINT in the whole process: Ctrl-C reaches every process of the terminal's group, and those that end
  /// with their parent must leave the end to it.
  public static func ignoreInterrupts() {
    signal(SIGINT, SIG_IGN)
  }

  /// exit(3).
  public static func exit(_ status: Int32) -> Never {
    Glibc.exit(status)
  }
}
