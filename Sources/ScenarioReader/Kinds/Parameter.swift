/// A key without its type: its description for schema and documentation, and a check for cases in which its value is
/// not used.
struct Parameter: Sendable {
  let description: KeyDescription
  private let read: @Sendable (Fields, inout Problems) -> Void
  private let place: @Sendable (Fields) -> Position?

  init<Value>(_ key: Key<Value>) {
    description = key.described
    read = { fields, problems in _ = fields.read(key, &problems) }
    place = { fields in fields.has(key) ? fields.position(of: key) : nil }
  }

  func isGiven(_ fields: Fields) -> Bool { place(fields) != nil }

  /// Reports what is wrong with the value, if the key is given.
  func check(_ fields: Fields, _ problems: inout Problems) {
    if isGiven(fields) { read(fields, &problems) }
  }

  /// Reports a key that must not be given.
  func reportIfGiven(_ fields: Fields, _ reason: String, expected: String, _ problems: inout Problems) {
    guard let position = place(fields) else { return }
    problems.report(.contradiction, at: position, "`\(description.name)` \(reason)", expected: expected)
  }
}
