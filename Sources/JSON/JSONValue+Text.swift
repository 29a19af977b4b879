import Model

// Writing.
extension JSONValue {
  /// Its text, indented by two spaces per level, without a final line feed.
  public var text: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  /// Its text in one line, without a final line feed: one record of JSON Lines.
  public var line: String {
    var text = ""
    write(to: &text, indent: nil)
    return text
  }

  /// - Parameter indent: its level; nil for one line.
  private func write(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += "\(value)"
    case .double(let value): text += value.isFinite ? "\(value)" : "null"
    case .seconds(let value): text += value.decimalSeconds
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(values, between: "[", and: "]", to: &text, indent) { value, text in
        value.write(to: &text, indent: indent.map { $0 + 1 })
      }
    case .object(let members):
      Self.write(members, between: "{", and: "}", to: &text, indent) { member, text in
        Self.write(member.name, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent.map { $0 + 1 })
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between open: String, and close: String, to text: inout String, _ indent: Int?,
    _ write: (Element, inout String) -> Void
  ) {
    func lineBreak(_ level: Int) -> String { indent == nil ? "" : "\n" + String(repeating: "  ", count: level) }
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      text += lineBreak((indent ?? 0) + 1)
      write(element, &text)
    }
    if !elements.isEmpty { text += lineBreak(indent ?? 0) }
    text += close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isUnprintable:
        // Beyond ASCII too: JSON may go to a terminal.
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
