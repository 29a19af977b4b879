/// What is wrong with a header that is no version's, column by column.
enum HeaderCheck {
  static func errors(in names: [String], file: String) -> [ResultsError] {
    let expected = ResultsSchema.columns(ofVersion: ResultsSchema.version(closestTo: names)).map(\.name)
    func error(_ column: Int, _ message: String) -> ResultsError {
      ResultsError(code: .wrongHeader, file: file, line: 1, column: column + 1, message: message)
    }

    if !names.contains(where: expected.contains) { return [error(0, "this is no results file of flatline")] }
    var errors: [ResultsError] = []
    var seen: Set<String> = []
    for (column, name) in names.enumerated() {
      if !seen.insert(name).inserted {
        errors.append(error(column, "the column \(name.debugDescription) is there twice"))
      } else if !expected.contains(name) {
        errors.append(error(column, "unexpected column \(name.debugDescription)"))
      }
    }
    for (column, name) in expected.enumerated() where !seen.contains(name) {
      errors.append(error(column, "the column \(name) is missing (expected as number \(column + 1))"))
    }
    if errors.isEmpty, let column = names.indices.first(where: { names[$0] != expected[$0] }) {
      errors.append(
        error(column, "the columns are in another order: \(names[column]) is where \(expected[column]) was expected"))
    }
    return errors
  }
}
