import Model

/// How often outcomes came with a reason, by the reason's first words: `slow`, `not-recovered`.
///
/// Text after a semicolon is a separate note. Reasons that are sentences are not counted, and only a few different
/// reasons are.
public struct ReasonTally: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var outcome: Outcome
    public var reason: String
    public var count: Int
  }

  /// In order of first appearance.
  public private(set) var entries: [Entry] = []

  private static let limit = 8

  public init() {}

  public subscript(outcome: Outcome, reason: String) -> Int {
    entries.first { $0.outcome == outcome && $0.reason == reason }?.count ?? 0
  }

  mutating func add(_ outcome: Outcome, _ reason: String) {
    guard let word = reason.split(separator: ";", maxSplits: 1).first, !word.contains(" ") else { return }
    if let index = entries.firstIndex(where: { $0.outcome == outcome && $0.reason == word }) {
      entries[index].count += 1
    } else if entries.count < Self.limit {
      entries.append(Entry(outcome: outcome, reason: String(word), count: 1))
    }
  }
}
