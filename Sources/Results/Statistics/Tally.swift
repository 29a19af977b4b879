/// How often each word of an enum occurred.
public struct Tally<Word: CaseIterable & Hashable & Sendable>: Sendable, Hashable {
  private var counts = Array(repeating: 0, count: Word.allCases.count)

  public init() {}

  public subscript(word: Word) -> Int {
    index(of: word).map { counts[$0] } ?? 0
  }

  /// The words that occurred, in the enum's order.
  public var entries: [(word: Word, count: Int)] {
    zip(Word.allCases, counts).filter { $0.1 > 0 }.map { (word: $0.0, count: $0.1) }
  }

  mutating func add(_ word: Word) {
    if let index = index(of: word) { counts[index] += 1 }
  }

  private func index(of word: Word) -> Int? {
    var index = 0
    for candidate in Word.allCases {
      if candidate == word { return index }
      index += 1
    }
    return nil
  }
}

/// The different values of a column, in order of first appearance.
struct Distinct<Value: Hashable & Sendable>: Sendable {
  private(set) var values: [Value] = []
  private var known: Set<Value> = []
  private var last: Value?

  mutating func insert(_ value: Value) {
    if value == last { return }
    last = value
    if known.insert(value).inserted { values.append(value) }
  }
}
