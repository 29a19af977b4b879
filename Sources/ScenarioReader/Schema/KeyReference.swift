import Model

/// The documentation of scenario files, made from the keys that the reader reads.
public enum KeyReference {
  /// Every mapping that can occur, from the top level down, each title once.
  public static let sections: [Section] = {
    var found: [Section] = []
    collect(.mapping(ScenarioKeys.section), into: &found)
    return found
  }()

  private static func collect(_ shape: Shape, into found: inout [Section]) {
    switch shape {
    case .mapping(let section):
      if let index = found.firstIndex(where: { $0.title == section.title }) {
        // Detectors: one mapping of one key for each mechanism.
        let more = section.keys.filter { !found[index].keys.contains($0) }
        if !more.isEmpty { found[index] = Section(section.title, found[index].keys + more, isChoice: true) }
      } else {
        found.append(section)
      }
      for key in section.keys { collect(key.shape, into: &found) }
    case .list(let element): collect(element, into: &found)
    case .either(let shapes): for shape in shapes { collect(shape, into: &found) }
    case .text, .name, .flag, .integer, .percentile, .positive, .duration, .percentage, .rate, .size, .word: break
    }
  }

  /// One Markdown table for each mapping: key, default, type, meaning.
  public static var markdown: String {
    sections.map { section in
      let rows = section.keys.map { key in
        "| `\(key.name)` | \(section.isChoice ? "one of these" : key.presence.spelled) | \(key.shape.referring) | \(key.meaning) |"
      }
      let title = section.title.prefix(1).uppercased() + section.title.dropFirst()
      return "### \(title)\n\n| key | default | type | meaning |\n|---|---|---|---|\n"
        + rows.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }
}

extension Presence {
  /// The documentation's default.
  fileprivate var spelled: String {
    switch self {
    case .required: "required"
    case .optional: ""
    case .standard(let text): "`\(text)`"
    case .derived(let words): words
    }
  }
}

extension Shape {
  /// In words, with mappings named by the titles under which they are described.
  fileprivate var referring: String {
    switch self {
    case .mapping(let section): "\(section.family ?? section.title) (below)"
    case .list(let element): "a list, each item \(element.referring)"
    case .either(let shapes):
      shapes.map(\.referring).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ", or ")
    default: spelled
    }
  }

  /// In words, unless it is described key by key.
  var shortlySpelled: String? {
    switch self {
    case .mapping, .list, .either: nil
    default: spelled
    }
  }
}
