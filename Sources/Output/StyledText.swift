/// Whether text for people is coloured; the caller knows whether it goes to a terminal, and honours NO_COLOR.
public enum TextStyle: Sendable, Hashable {
  case plain
  case colour
}

/// A colour of terminals, by its SGR number (ECMA-48, section 8.3.117).
enum Colour: Int, Sendable {
  case red = 31
  case green = 32
  case yellow = 33
}

/// Text of which some parts have a colour; the colour takes no room.
struct StyledText: Sendable, ExpressibleByStringInterpolation {
  private var parts: [(text: String, colour: Colour?)]

  init(stringLiteral text: String) {
    self.init(text)
  }

  init(_ text: String, _ colour: Colour? = nil) {
    parts = [(text, colour)]
  }

  init(joining texts: [StyledText], separator: String) {
    parts = []
    for text in texts {
      if !parts.isEmpty { parts.append((separator, nil)) }
      parts += text.parts
    }
  }

  /// How many columns of a terminal it takes.
  var width: Int { parts.reduce(0) { $0 + $1.text.count } }

  var isEmpty: Bool { width == 0 }

  func rendered(_ style: TextStyle) -> String {
    parts.map { text, colour in
      guard style == .colour, let colour else { return text }
      return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
    }.joined()
  }
}
