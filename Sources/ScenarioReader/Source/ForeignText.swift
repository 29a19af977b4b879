/// Text of a file in a message: on one line, without terminal control characters, and not too long to read.
enum ForeignText {
  /// How much of a longer message is kept at either end.
  private static let shown = 240

  static func printable(_ text: String) -> String {
    var safe = ""
    for scalar in shortened(text).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        safe += "\\u{\(String(scalar.value, radix: 16))}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private static func shortened(_ text: String) -> String {
    // Bytes are counted first, since counting a megabyte's characters takes a while.
    guard text.utf8.count > 2 * shown, text.count > 2 * shown else { return text }
    return "\(text.prefix(shown)) ... \(text.suffix(shown))"
  }
}
