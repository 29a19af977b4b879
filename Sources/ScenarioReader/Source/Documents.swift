import Yams

/// The YAML documents of a file, as far as it is well-formed.
struct Documents {
  private(set) var nodes: [Node] = []
  private(set) var problems: Problems
  private let source: SourceText

  /// Beyond this many duplicate keys in one file, the rest is not listed: each needs another parse.
  private static let mostRepairs = 100
  /// The same limit, in bytes that are parsed again.
  private static let mostRepairedBytes = 2 << 20

  init(bytes: [UInt8], file: String) {
    problems = Problems(file: file)
    guard bytes.count <= ScenarioFile.largest else {
      problems.report(
        .tooLarge, at: .start, "the file has \(bytes.count) bytes",
        expected: "at most \(SizeUnit.spell(ScenarioFile.largest)), enough for a thousand scenarios")
      source = SourceText()
      return
    }
    source = SourceText(bytes: bytes, problems: &problems) ?? SourceText()
    guard problems.errors.isEmpty else { return }
    if let position = source.tooDeep {
      problems.report(
        .syntax, at: position, "nested too deep", expected: "a scenario, which is nested ten deep at most")
      return
    }
    let asterisks = source.scalars.indices.filter { source.scalars[$0] == "*" }
    let stands = Dictionary(uniqueKeysWithValues: asterisks.map { ($0, KeyCheck.standForAsterisk) })
    let (repairs, parsed) = parseWithRepairs(replacing: stands)
    guard !asterisks.isEmpty else {
      accept(parsed)
      return
    }
    // Errors of the file are reported from the parse of the unchanged file.
    if case .documents(let nodes, _) = parsed {
      for (position, found) in KeyCheck.keysThatAreNoWords(in: nodes) {
        problems.report(.wrongType, at: position, "found \(found) as a key", expected: "a word")
      }
    }
    if problems.errors.isEmpty { accept(parse(replacing: repairs)) }
  }

  private enum Parsed {
    /// The documents as far as they could be read, and the error after them.
    case documents([Node], ScenarioError?)
    case duplicateKey(String, Position)
  }

  private mutating func accept(_ parsed: Parsed) {
    switch parsed {
    case .documents(let nodes, let error):
      self.nodes = nodes
      if let error { problems.add(error) }
    case .duplicateKey(let name, let position):
      problems.report(
        .duplicateKey, at: position, "the key `\(name)` is given twice", expected: "each key once (others may follow)")
    }
  }

  /// Yams stops at the first mapping with a duplicate key. To list all errors of the file, that key gets another first
  /// character (of the private-use area, so that nothing moves) and the file is parsed again.
  ///
  /// - Returns: these characters, by their offsets, and the final result.
  private mutating func parseWithRepairs(
    replacing stands: [Int: Unicode.Scalar]
  ) -> (repairs: [Int: Unicode.Scalar], Parsed) {
    var repairs: [Int: Unicode.Scalar] = [:]
    let most = min(Self.mostRepairs, Self.mostRepairedBytes / max(1, source.scalars.count))
    while true {
      let parsed = parse(replacing: stands.merging(repairs) { $1 })
      guard case .duplicateKey(let name, let position) = parsed, repairs.count < most,
        let offset = offset(of: name, at: position), repairs[offset] == nil,
        let stand = Unicode.Scalar(0xF0000 + UInt32(repairs.count))
      else { return (repairs, parsed) }
      repairs[offset] = stand
      problems.renamedKeys[position] = name
    }
  }

  private func parse(replacing replacements: [Int: Unicode.Scalar]) -> Parsed {
    var nodes: [Node] = []
    func failed(_ position: Position, _ message: String, expected: String) -> Parsed {
      .documents(nodes, problems.error(.syntax, at: position, message, expected: expected))
    }
    do {
      let parser = try Parser(yaml: source.string(replacing: replacements), resolver: .basic, encoding: .utf8)
      while let node = try parser.nextRoot() { nodes.append(node) }
      guard nodes.isEmpty else { return .documents(nodes, nil) }
      return .documents([], problems.error(.empty, at: .start, "the file is empty", expected: "a scenario"))
    } catch YamlError.duplicatedKeysInMapping(let names, let context) {
      return .duplicateKey(names.first ?? "", Position(context.mark))
    } catch YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _), YamlError.composer(let context, let problem, let mark, _)
    {
      let position = Position(mark)
      if source.hasTabInIndentation(ofLineAt: position) {
        return failed(position, "a tab in the indentation", expected: "spaces")
      }
      let inside = context.map { " (\($0.text) at \($0.mark.line):\($0.mark.column))" } ?? ""
      return failed(position, "not YAML: \(problem)\(inside)", expected: "well-formed YAML")
    } catch {
      return failed(.start, "not YAML: \(error)", expected: "well-formed YAML")
    }
  }

  /// The position of the key's first character; nil if something else (an anchor, a tag, an alias) is there.
  private func offset(of name: String, at position: Position) -> Int? {
    guard let start = source.offset(of: position), let first = name.unicodeScalars.first else { return nil }
    let quoted = source.scalars[start] == "\"" || source.scalars[start] == "'"
    let offset = quoted ? start + 1 : start
    return offset < source.scalars.count && source.scalars[offset] == first ? offset : nil
  }
}
