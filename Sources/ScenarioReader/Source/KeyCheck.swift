import Yams

/// Finds the keys that are lists, mappings or aliases, in a file with aliases, before the aliases are followed.
///
/// Yams compares a mapping's keys by their whole content. With aliases in aliases, some hundred bytes can keep it busy
/// for hours. So a file with aliases is first parsed with a private-use character in place of every asterisk: an alias
/// is then a word at the same place, and everything else is unchanged. If that shows no such key, the aliases are
/// harmless, as values are shared and not compared.
enum KeyCheck {
  static let standForAsterisk: Unicode.Scalar = "\u{FFFFD}"

  static func keysThatAreNoWords(in nodes: [Node]) -> [(Position, found: String)] {
    var found: [(Position, found: String)] = []
    for node in nodes { collect(from: node, into: &found) }
    return found
  }

  private static func collect(from node: Node, into found: inout [(Position, found: String)]) {
    switch node {
    case .scalar, .alias: break
    case .sequence(let sequence): for item in sequence { collect(from: item, into: &found) }
    case .mapping(let mapping):
      for (key, value) in mapping {
        if key.scalar == nil {
          found.append((key.position, key.described))
        } else if let scalar = key.scalar, scalar.style == .plain,
          scalar.string.unicodeScalars.first == standForAsterisk
        {
          found.append((key.position, "an alias"))
        }
        collect(from: value, into: &found)
      }
    }
  }
}
