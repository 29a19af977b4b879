extension JSONValue {
  /// Reads one value, strictly by RFC 8259: UTF-8, nothing but white space around it, no name twice in an object.
  ///
  /// Whole numbers that fit become `int`, other numbers `double`; `seconds` is only written.
  public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    var parser = JSONParser(Array(bytes.prefix(limits.size + 1)), depth: limits.depth)
    guard parser.bytes.count <= limits.size else {
      throw JSONError(code: .tooLarge, offset: limits.size, message: "longer than \(limits.size) bytes")
    }
    self = try parser.document()
  }
}

/// Reads JSON by recursive descent, at most `depth` levels.
struct JSONParser {
  let bytes: [UInt8]
  private(set) var index = 0
  private let depth: Int

  init(_ bytes: [UInt8], depth: Int) {
    self.bytes = bytes
    self.depth = depth
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(level: 0)
    skipSpace()
    guard index == bytes.count else { throw error(.syntax, "expected the end of the text") }
    return value
  }

  private func error(_ code: JSONError.Code, _ message: String) -> JSONError {
    JSONError(code: code, offset: index, message: message)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
  }

  /// Whether the next byte is this one; if so, reads it.
  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func value(level: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(level: level + 1)
    case UInt8(ascii: "["): return try array(level: level + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte: return try number()
    default: throw error(.syntax, "expected a value")
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.utf8 {
      guard take(byte) else { throw error(.syntax, "expected \(word)") }
    }
    return value
  }

  private func check(_ level: Int) throws(JSONError) {
    guard level <= depth else { throw error(.tooLarge, "deeper than \(depth) levels") }
  }

  private mutating func array(level: Int) throws(JSONError) -> JSONValue {
    try check(level)
    index += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      elements.append(try value(level: level))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error(.syntax, "expected a comma or ]") }
    return .array(elements)
  }

  private mutating func object(level: Int) throws(JSONError) -> JSONValue {
    try check(level)
    index += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error(.syntax, "expected a member's name in quotes") }
      let name = try string()
      guard names.insert(name).inserted else { throw error(.duplicateName, "the name is there twice in its object") }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error(.syntax, "expected a colon") }
      members.append(.init(name, try value(level: level)))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error(.syntax, "expected a comma or }") }
    return .object(members)
  }
}

// Numbers and strings.
extension JSONParser {
  private mutating func digits() throws(JSONError) {
    let start = index
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { index += 1 }
    guard index > start else { throw error(.syntax, "expected a digit") }
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = index
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let int = Int64(text) { return .int(int) }
    guard let double = Double(text), double.isFinite else { throw error(.outOfRange, "the number is too large") }
    return .double(double)
  }

  private mutating func string() throws(JSONError) -> String {
    index += 1
    var text: [UInt8] = []
    let start = index
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(code: .notText, offset: start, message: "the string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw error(.syntax, "a control character in a string (expected its escape)")
      default: text.append(byte)
      }
    }
    throw error(.syntax, "the string has no end")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    guard let byte = next else { throw error(.syntax, "the string has no end") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw error(.syntax, "an unknown escape")
    }
  }

  /// After `\u`: one unit of UTF-16, or a pair of surrogates.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw error(.notText, "half a surrogate pair")
    }
    let low = try hexadecimal()
    guard 0xdc00...0xdfff ~= low,
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
    else { throw error(.notText, "half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error(.syntax, "expected four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
      index += 1
    }
    return value
  }
}
