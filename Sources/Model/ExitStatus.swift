/// The exit statuses of `flatline`; the values follow sysexits.h where it has one.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  /// An expectation or comparison failed.
  case failed = 1
  /// A fault was not confirmed, or there were too few samples.
  case inconclusive = 2
  case usage = 64
  /// An invalid scenario or results file.
  case invalidInput = 65
  /// This machine cannot do what was asked.
  case unsupported = 69
  /// A bug.
  case bug = 70
  case inputOutput = 74
  case interrupted = 130
  case terminated = 143
}
