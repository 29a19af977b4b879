extension String {
  /// The string as one word of a shell's command line, for people to copy: unchanged if no character is special in a
  /// shell, else in single quotes; with control characters spelled (`$'a\nb'`, bash and POSIX 2024), so that a file's
  /// name cannot write to the terminal.
  public var shellQuoted: String {
    if !isEmpty, unicodeScalars.allSatisfy(Self.isPlain) { return self }
    if !unicodeScalars.contains(where: Self.isInvisible) { return "'\(replacing("'", with: "'\\''"))'" }
    let spelled = unicodeScalars.map { scalar in
      switch scalar {
      case "'", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\t": "\\t"
      case _ where Self.isInvisible(scalar):
        // Byte by byte, as shells do not know code points.
        String(scalar).utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      case _: "\(scalar)"
      }
    }
    return "$'\(spelled.joined())'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar.properties.isAlphabetic || "0123456789_@%+=:,./-".unicodeScalars.contains(scalar)
    }
    return scalar.properties.isAlphabetic
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    case _: false
    }
  }
}
