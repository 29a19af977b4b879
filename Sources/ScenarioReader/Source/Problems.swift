/// The errors of one file, collected while it is read.
struct Problems: Sendable {
  let file: String
  /// The true names of keys that `Documents` had to rename because they were given twice, by their positions.
  var renamedKeys: [Position: String] = [:]
  private(set) var errors: [ScenarioError] = []

  init(file: String) {
    self.file = file
  }

  mutating func report(
    _ code: ScenarioError.Code, at position: Position, _ message: String, expected: String? = nil
  ) {
    add(error(code, at: position, message, expected: expected))
  }

  /// With more than a thousand mistakes, the file is not a scenario.
  private static let most = 10_000

  mutating func add(_ error: ScenarioError) {
    if errors.count < Self.most { errors.append(error) }
  }

  func error(
    _ code: ScenarioError.Code, at position: Position, _ message: String, expected: String? = nil
  ) -> ScenarioError {
    ScenarioError(
      code: code, file: file, line: position.line, column: position.column, message: ForeignText.printable(message),
      expected: expected)
  }

  /// Reports duplicate keys in places that nothing else read.
  mutating func reportForgottenDuplicates() {
    guard !errors.contains(where: { $0.code == .duplicateKey }) else { return }
    for (position, name) in renamedKeys {
      report(.duplicateKey, at: position, "the key `\(name)` is given twice", expected: "each key once")
    }
  }

  /// In the order of lines, each error once (what an alias repeats is the same mistake at the same place).
  var sorted: [ScenarioError] {
    var seen: Set<ScenarioError> = []
    let unique = errors.filter { seen.insert($0).inserted }
    return unique.enumerated()
      .sorted { ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset) }
      .map(\.element)
  }
}
