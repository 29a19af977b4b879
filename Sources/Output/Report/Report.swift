import JSON

/// The output of a command, independent of the format in which it is printed.
///
/// A report is described once: `blocks` for people, in order, and `data` for programs. `ReportFormat` writes it.
public struct Report: Sendable {
  /// The version of all reports' JSON. Members may be added without a new one; docs/json.md says what changed.
  public static let version = 3

  /// The kind of report: `summary`, `matrix`, `doctor`.
  public var name: String
  public var blocks: [Block]
  /// The members of its JSON, after `report` and `report_version`.
  public var data: [JSONValue.Member]

  public init(_ name: String, blocks: [Block], data: [JSONValue.Member]) {
    self.name = name
    self.blocks = blocks
    self.data = data
  }

  /// A part of a report for people.
  public enum Block: Sendable {
    /// Blocks under a title.
    case section(StyledText, [Block])
    /// Lines of text, each of which stays a line.
    case lines([StyledText])
    case table(Table)
    /// Items under a title; nil for none.
    case list(StyledText?, [StyledText])
    /// The meanings of terms, or of columns.
    case definitions([Definition])
    /// Whether expectations were met.
    case verdicts([Verdict])
  }

  public struct Definition: Sendable {
    /// Its number in a table.
    public var number: Int
    public var term: StyledText
    public var meaning: StyledText

    public init(number: Int, term: StyledText, meaning: StyledText) {
      self.number = number
      self.term = term
      self.meaning = meaning
    }
  }

  /// One expectation, and its result.
  public struct Verdict: Sendable {
    public var word: StyledText
    /// `file:line:column`.
    public var location: StyledText
    public var sentence: StyledText

    public init(word: StyledText, location: StyledText, sentence: StyledText) {
      self.word = word
      self.location = location
      self.sentence = sentence
    }
  }

  /// All tables, in order, including those in sections.
  var tables: [Table] { Self.tables(in: blocks) }

  private static func tables(in blocks: [Block]) -> [Table] {
    blocks.flatMap { block -> [Table] in
      switch block {
      case .section(_, let blocks): tables(in: blocks)
      case .table(let table): [table]
      case .lines, .list, .definitions, .verdicts: []
      }
    }
  }
}
