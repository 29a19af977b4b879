import Model
import Yams

/// A mapping's keys and values before the keys are checked against a section: no key twice, and all keys text.
struct Pairs {
  struct Pair {
    var name: String
    var position: Position
    var value: Node
  }

  let position: Position
  private(set) var all: [Pair] = []
  /// Where in `all` each name is.
  private var places: [String: Int] = [:]

  /// nil if `node` is not a mapping, which is then reported.
  init?(_ node: Node, expected: String, _ problems: inout Problems) {
    position = node.position
    guard let mapping = node.mapping else {
      problems.report(.wrongType, at: node.position, "found \(node.described)", expected: expected)
      return nil
    }
    if node.hasForeignTag { problems.report(.wrongType, at: node.position, "a tag on a mapping", expected: "no tag") }
    for (key, value) in mapping {
      guard let scalar = key.scalar else {
        problems.report(.wrongType, at: key.position, "found \(key.described) as a key", expected: "a word")
        continue
      }
      let name = problems.renamedKeys[key.position] ?? scalar.string
      if let first = self[name] {
        problems.report(
          .duplicateKey, at: key.position, "the key `\(name)` is given twice, first at line \(first.position.line)",
          expected: "each key once")
      } else {
        places[name] = all.count
        all.append(Pair(name: name, position: key.position, value: value))
      }
    }
  }

  subscript(name: String) -> Pair? { places[name].map { all[$0] } }
}

/// A mapping whose keys have been checked against a section.
struct Fields {
  private let pairs: Pairs

  /// The number of unknown keys of one mapping that are reported: with more, the file is not a scenario.
  private static let mostExplained = 1000

  /// `siblings`: other sections that the mapping could have belonged to, to say where a misplaced key belongs.
  init(_ pairs: Pairs, _ section: Section, siblings: [Section] = [], _ problems: inout Problems) {
    self.pairs = pairs
    let known = section.keys.map(\.name)
    var unknown = 0
    for pair in pairs.all where !known.contains(pair.name) {
      unknown += 1
      guard unknown <= Self.mostExplained else { break }
      let owners = siblings.filter { $0.keys.contains { $0.name == pair.name } }.map(\.title)
      let message =
        owners.isEmpty
        ? "unknown key `\(pair.name)` in \(section.title)" + suggestion(for: pair.name, among: known)
        : "`\(pair.name)` belongs to \(alternatives(owners)), not to \(section.title)"
      problems.report(.unknownKey, at: pair.position, message, expected: alternatives(known))
    }
    for key in section.keys where key.presence == .required && pairs[key.name] == nil {
      problems.report(
        .missingKey, at: pairs.position, "\(section.title) lacks `\(key.name)`", expected: key.shape.spelled)
    }
    if section.needsAny, pairs.all.isEmpty {
      problems.report(.missingKey, at: pairs.position, "\(section.title) says nothing", expected: alternatives(known))
    }
  }

  var position: Position { pairs.position }

  func has<Value>(_ key: Key<Value>) -> Bool { pairs[key.name] != nil }

  /// Where the key stands; the mapping's own position if it is absent.
  func position<Value>(of key: Key<Value>) -> Position { pairs[key.name]?.position ?? pairs.position }

  /// The key's value, or its default; nil if it is absent without a default, or wrong (and then reported).
  func read<Value>(_ key: Key<Value>, _ problems: inout Problems) -> Located<Value>? {
    if let pair = pairs[key.name] {
      return key.kind.read(pair.value, &problems).map { Located(value: $0, position: pair.value.position) }
    }
    guard case .standard(let text) = key.presence else { return nil }
    return key.kind.read(Node(text, .implicit, .plain), &problems).map { Located(value: $0, position: position) }
  }
}
