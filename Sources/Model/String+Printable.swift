extension String {
  /// The text as a terminal or a document may show it: characters that would move the cursor, change the terminal or
  /// reorder the line are escaped, as `\u{1b}`.
  ///
  /// Names, reasons and cells come from other people's files; all text for people is printed in this form.
  public var printable: String { spelled { $0.isUnprintable } }

  /// The same for text of several lines, whose line feeds stay.
  public var printableLines: String { spelled { $0 != "\n" && $0.isUnprintable } }

  private func spelled(where isSpelled: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isSpelled) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case _ where !isSpelled(scalar): text.unicodeScalars.append(scalar)
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return text
  }
}

extension Unicode.Scalar {
  /// Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls (UAX 9, section 2),
  /// the byte order mark and tags.
  public var isUnprintable: Bool {
    switch value {
    case 0x00...0x1f, 0x7f...0x9f, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff,
      0xe0000...0xe007f:
      true
    default: false
    }
  }
}
