import Glibc
import Model
import Output

/// The terminal, if there is one.
enum Terminal {
  /// Colour only on a terminal that supports it, and never if NO_COLOR is set (no-color.org).
  static var wantsColour: Bool {
    isatty(STDOUT_FILENO) == 1 && !isDumb && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
  }

  static var style: TextStyle { wantsColour ? .colour : .plain }

  /// How many columns standard output has; if it is not a terminal, COLUMNS, or else 100.
  static var width: Int {
    if let columns = columns(of: STDOUT_FILENO) { return columns }
    let wanted = getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? 100
    return (20...100_000).contains(wanted) ? wanted : 100
  }

  /// Whether one line on stderr can overwrite another; else progress goes to separate lines.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 && !isDumb }

  /// The present maximum length of a progress line: the last column stays free, as some terminals wrap once it is
  /// filled.
  static var progressWidth: Int { max(1, (columns(of: STDERR_FILENO) ?? 80) - 1) }

  /// Whether the terminal has neither colours nor a cursor that moves: TERM is `dumb`, or not set.
  private static var isDumb: Bool {
    guard let term = getenv("TERM") else { return true }
    return term.pointee == 0 || strcmp(term, "dumb") == 0
  }

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// A line on stderr, after everything that was printed before it.
  ///
  /// Text may quote other people's files: control characters are escaped.
  static func complain(_ text: String) {
    // Standard output has a buffer, stderr has none: if both go to one file, their order is kept. Whether it could be
    // written is checked at the end.
    fflush(nil)
    write(text.printableLines + "\n")
  }

  /// A line on stderr before the process ends at once, whichever thread holds the lock of standard output.
  static func sayLast(_ text: String) {
    write(text + "\n")
  }

  /// A line on stderr that the next one overwrites, cut off where the terminal ends.
  static func showProgress(_ text: String) {
    write("\r\u{1b}[K\(text.prefix(progressWidth))")
  }

  static func clearProgress() {
    if showsProgress { write("\r\u{1b}[K") }
  }

  private static func write(_ text: String) {
    // Unbuffered, like stderr; a failure cannot be reported.
    _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
  }
}
