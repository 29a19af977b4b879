import Yams

/// The YAML documents of a file, as far as it is well-formed.
struct Documents {
  private(set) var nodes: [Node] = []
  private(set) var problems: Problems

  /// More keys given twice than this in one file are not told apart any further.
  private static let repairs = 100

  init(bytes: [UInt8], file: String) {
    problems = Problems(file: file)
    guard let source = SourceText(bytes: bytes, problems: &problems) else { return }
    // Yams gives up at the first mapping with a key given twice. To list all errors of the file, that key gets another
    // first character (of the private-use area, so that nothing moves) and the file is parsed again.
    var replacements: [Int: Unicode.Scalar] = [:]
    while true {
      guard case .duplicateKey(let name, let position) = parse(source.string(replacing: replacements), source) else {
        return
      }
      guard replacements.count < Self.repairs, let offset = Self.offset(of: name, at: position, in: source),
        replacements[offset] == nil, let stand = Unicode.Scalar(0xF0000 + UInt32(replacements.count))
      else {
        problems.report(.duplicateKey, at: position, "the key `\(name)` is given twice", expected: "each key once")
        return
      }
      replacements[offset] = stand
      problems.renamedKeys[position] = name
    }
  }

  private enum Parsed {
    case everything
    case duplicateKey(String, Position)
  }

  private mutating func parse(_ text: String, _ source: SourceText) -> Parsed {
    nodes = []
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      while let node = try parser.nextRoot() { nodes.append(node) }
      if nodes.isEmpty {
        problems.report(.empty, at: .start, "the file is empty", expected: "a scenario")
      }
    } catch YamlError.duplicatedKeysInMapping(let names, let context) {
      return .duplicateKey(names.first ?? "", Position(context.mark))
    } catch YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _), YamlError.composer(let context, let problem, let mark, _)
    {
      let position = Position(mark)
      let inside = context.map { " (\($0.text) at \($0.mark.line):\($0.mark.column))" } ?? ""
      let tab = source.hasTabInIndentation(ofLineAt: position)
      problems.report(
        .syntax, at: position, tab ? "a tab in the indentation" : "not YAML: \(problem)\(inside)",
        expected: tab ? "spaces" : "well-formed YAML")
    } catch {
      problems.report(.syntax, at: .start, "not YAML: \(error)", expected: "well-formed YAML")
    }
    return .everything
  }

  /// Where the key's first character stands; nil if something else (an anchor, a tag, an alias) stands there.
  private static func offset(of name: String, at position: Position, in source: SourceText) -> Int? {
    guard let start = source.offset(of: position), let first = name.unicodeScalars.first else { return nil }
    let quoted = source.scalars[start] == "\"" || source.scalars[start] == "'"
    let offset = quoted ? start + 1 : start
    return offset < source.scalars.count && source.scalars[offset] == first ? offset : nil
  }
}
