import Model

/// Whether text for people is coloured; the caller checks whether it goes to a terminal, and NO_COLOR.
public enum TextStyle: Sendable, Hashable {
  case plain
  case colour
}

/// A colour of terminals, by its SGR number (ECMA-48, section 8.3.117).
public enum Colour: Int, Sendable {
  case red = 31
  case green = 32
  case yellow = 33
}

/// Text with some coloured parts; colour does not count towards the width.
///
/// All text of reports for people is of this type, and it contains only text that is safe for a terminal
/// (`String.printable`): names and reasons come from other people's files.
public struct StyledText: Sendable, Hashable, ExpressibleByStringInterpolation {
  private struct Part: Sendable, Hashable {
    let text: String
    let colour: Colour?
  }

  private var parts: [Part]

  public init(stringLiteral text: String) {
    self.init(text)
  }

  public init(_ text: String, _ colour: Colour? = nil) {
    parts = [Part(text: text.printable, colour: colour)]
  }

  public init(joining texts: [StyledText], separator: String) {
    parts = []
    for text in texts {
      if !parts.isEmpty { parts.append(Part(text: separator.printable, colour: nil)) }
      parts += text.parts
    }
  }

  /// Its width in columns of a terminal.
  public var width: Int { parts.reduce(0) { $0 + $1.text.count } }

  public var isEmpty: Bool { parts.allSatisfy(\.text.isEmpty) }

  /// Without colours.
  public var plain: String { parts.map(\.text).joined() }

  func rendered(_ style: TextStyle) -> String {
    parts.map { part in
      guard style == .colour, let colour = part.colour else { return part.text }
      return "\u{1b}[\(colour.rawValue)m\(part.text)\u{1b}[0m"
    }.joined()
  }

  /// Cut into lines of at most `width` columns at ", " and " " if possible; words are never cut.
  func wrapped(to width: Int) -> [StyledText] {
    var lines: [StyledText] = []
    var line: [Part] = []
    func used() -> Int { line.reduce(0) { $0 + $1.text.count } }
    for part in parts {
      for (index, word) in part.text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
        if index > 0, !line.isEmpty { line.append(Part(text: " ", colour: nil)) }
        if !line.isEmpty, used() + word.count > width {
          lines.append(StyledText(parts: line))
          line = []
        }
        if !word.isEmpty { line.append(Part(text: String(word), colour: part.colour)) }
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(StyledText(parts: line)) }
    return lines
  }

  private init(parts: [Part]) {
    self.parts = parts
  }
}
