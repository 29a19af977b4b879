import Glibc
import Output

/// The terminal, if there is one.
enum Terminal {
  /// Colour only on a terminal, and never where NO_COLOR is set (no-color.org).
  static var wantsColour: Bool { isatty(STDOUT_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true) }

  static var style: TextStyle { wantsColour ? .colour : .plain }

  /// How many columns standard output has; 120 where it is no terminal.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 120 }
    return Int(size.ws_col)
  }

  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// A line on stderr.
  static func complain(_ text: String) {
    write(text + "\n")
  }

  /// A line on stderr that the next one overwrites.
  static func showProgress(_ text: String) {
    write("\r\u{1b}[K\(text)")
  }

  static func clearProgress() {
    if showsProgress { write("\r\u{1b}[K") }
  }

  private static func write(_ text: String) {
    // Unbuffered, as stderr is; nobody is left to tell if it fails.
    _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
  }
}
