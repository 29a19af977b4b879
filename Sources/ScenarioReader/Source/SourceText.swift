/// A file's text, known to hold only characters that YAML allows (YAML 1.2.2, section 5.1).
struct SourceText: Sendable {
  let scalars: [Unicode.Scalar]

  /// Empty text.
  init() { scalars = [] }

  /// Decodes UTF-8, skipping a byte order mark; reports the first byte or character that is not text.
  init?(bytes: [UInt8], problems: inout Problems) {
    let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
    var input = bytes.dropFirst(hasMark ? 3 : 0).makeIterator()
    var decoder = UTF8()
    var decoded: [Unicode.Scalar] = []
    decoded.reserveCapacity(bytes.count)
    var position = Position.start
    while true {
      switch decoder.decode(&input) {
      case .emptyInput:
        scalars = decoded
        return
      case .error:
        problems.report(.notText, at: position, "a byte that is not UTF-8", expected: "a YAML file in UTF-8")
        return nil
      case .scalarValue(let scalar):
        guard Self.isAllowed(scalar) else {
          let code = String(scalar.value, radix: 16, uppercase: true)
          problems.report(
            .notText, at: position,
            "the control character U+\(String(repeating: "0", count: max(0, 4 - code.count)) + code)",
            expected: "a YAML file in UTF-8")
          return nil
        }
        position = Self.position(after: scalar, previous: decoded.last, at: position)
        decoded.append(scalar)
      }
    }
  }

  /// The text with the scalars at some offsets replaced.
  func string(replacing replacements: [Int: Unicode.Scalar] = [:]) -> String {
    var view = String.UnicodeScalarView()
    for (offset, scalar) in scalars.enumerated() { view.append(replacements[offset] ?? scalar) }
    return String(view)
  }

  /// The offset of the scalar at `wanted`; nil beyond the end.
  func offset(of wanted: Position) -> Int? {
    var position = Position.start
    var previous: Unicode.Scalar?
    for (offset, scalar) in scalars.enumerated() {
      // The LF of a CR LF counts as the start of the next line; no key begins with it.
      if position == wanted, !Self.isBreak(scalar) { return offset }
      position = Self.position(after: scalar, previous: previous, at: position)
      previous = scalar
    }
    return nil
  }

  /// The position of the scalar at `offset`.
  func position(at offset: Int) -> Position {
    var position = Position.start
    var previous: Unicode.Scalar?
    for scalar in scalars.prefix(offset) {
      position = Self.position(after: scalar, previous: previous, at: position)
      previous = scalar
    }
    return position
  }

  /// Whether the indentation of the line of `position` contains a tab.
  func hasTabInIndentation(ofLineAt position: Position) -> Bool {
    guard let start = offset(of: Position(line: position.line, column: 1)) else { return false }
    return scalars[start...].prefix { $0 == " " || $0 == "\t" }.contains("\t")
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d, 0x85: true
    case 0x20...0x7e, 0xa0...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
    default: false
    }
  }

  /// Line breaks as libyaml counts them (YAML 1.1).
  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0a, 0x0d, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func position(
    after scalar: Unicode.Scalar, previous: Unicode.Scalar?, at position: Position
  ) -> Position {
    if scalar == "\n", previous == "\r" { return position }
    if isBreak(scalar) { return Position(line: position.line + 1, column: 1) }
    return Position(line: position.line, column: position.column + 1)
  }
}
