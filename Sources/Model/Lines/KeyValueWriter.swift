/// Writes keys and values as text: one line, `word key=value ...`, or a document with one `key: value` per line.
/// Instants are whole nanoseconds, durations carry their unit.
public struct KeyValueWriter: Sendable {
  public private(set) var text: String
  private let isDocument: Bool

  /// One line, without the newline, that begins with `word`.
  public init(line word: String) {
    text = word
    isDocument = false
  }

  public static var document: KeyValueWriter { KeyValueWriter(isDocument: true) }

  private init(isDocument: Bool) {
    text = ""
    self.isDocument = isDocument
  }

  /// nil leaves the key out.
  public mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    text += isDocument ? "\(key): \(Escape.encode(value, spaces: false))\n" : " \(key)=\(Escape.encode(value))"
  }

  public mutating func add(_ key: String, _ value: Int?) { add(key, value.map { "\($0)" }) }
  public mutating func add(_ key: String, _ value: Instant?) { add(key, value.map { "\($0.nanoseconds)" }) }
  public mutating func add(_ key: String, _ value: Duration?) { add(key, value?.spelled) }
}
