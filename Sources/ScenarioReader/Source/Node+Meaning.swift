import Yams

/// The meaning of a scalar in the core schema of YAML 1.2.2 (section 10.3.2).
enum ScalarMeaning {
  case nothing
  case flag(Bool)
  /// nil if it is beyond the range of `Int`.
  case integer(Int?)
  case number(Double)
  case text(String)
  /// It has an explicit tag, which scenario files do not use.
  case tagged(String)
}

extension Node {
  var position: Position { mark.map(Position.init) ?? .start }

  /// Whether a list or mapping has a tag other than its usual one.
  var hasForeignTag: Bool {
    switch self {
    case .mapping(let mapping): ![Tag.Name.implicit.rawValue, Tag.Name.map.rawValue].contains(mapping.tag.rawValue)
    case .sequence(let sequence): ![Tag.Name.implicit.rawValue, Tag.Name.seq.rawValue].contains(sequence.tag.rawValue)
    case .scalar, .alias: false
    }
  }

  /// nil for lists and mappings.
  var meaning: ScalarMeaning? {
    guard let scalar else { return nil }
    let tag = scalar.tag.rawValue
    if tag == Tag.Name.str.rawValue { return .text(scalar.string) }
    if tag != Tag.Name.implicit.rawValue { return .tagged(tag) }
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    switch scalar.string {
    case "", "~", "null", "Null", "NULL": return .nothing
    case "true", "True", "TRUE": return .flag(true)
    case "false", "False", "FALSE": return .flag(false)
    default: return Self.number(scalar.string) ?? .text(scalar.string)
    }
  }

  private static func number(_ text: String) -> ScalarMeaning? {
    let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    guard let first = unsigned.first, first.isASCII, first.isNumber || first == "." else { return nil }
    if unsigned.allSatisfy({ $0.isASCII && $0.isNumber }) { return .integer(Int(text)) }
    let characters = unsigned.allSatisfy { $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }
    return characters ? Double(text).map(ScalarMeaning.number) : nil
  }

  /// In words, for messages: "found ...".
  var described: String {
    switch self {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar(let scalar):
      switch meaning {
      case .nothing, nil: "nothing"
      case .flag(let flag): "`\(flag)`"
      case .integer, .number: "the number \(scalar.string)"
      case .text(let text): text.isEmpty ? "an empty text" : "`\(text)`"
      case .tagged(let tag): "the tag \(tag)"
      }
    }
  }
}
