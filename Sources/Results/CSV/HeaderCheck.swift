/// The errors of a header that lacks columns.
enum HeaderCheck {
  /// Column by column; a column that the user has added is reported only if columns of the schema are missing: it may
  /// be a misspelled one.
  static func errors(in names: [String], file: String) -> [ResultsError] {
    if let separator = otherSeparator(names, file: file) { return [separator] }
    let known = ResultsSchema.columnNames
    func error(_ column: Int, _ message: String) -> ResultsError {
      ResultsError(code: .wrongHeader, file: file, line: 1, column: column + 1, message: message)
    }

    if !names.contains(where: known.contains) { return [error(0, "this is not a results file of flatline")] }
    var errors: [ResultsError] = []
    var seen: Set<String> = []
    let isComplete = ResultsSchema.version(within: Set(names)) != nil
    for (column, name) in names.enumerated() {
      if !seen.insert(name).inserted {
        if known.contains(name) { errors.append(error(column, "the column \(name) is there twice")) }
      } else if !known.contains(name), !isComplete {
        errors.append(error(column, "unexpected column \(name.debugDescription)"))
      }
    }
    return errors + missing(among: names, version: 1, file: file)
  }

  /// The columns of a version that are missing.
  static func missing(among names: [String], version: Int, file: String) -> [ResultsError] {
    ResultsSchema.names(ofVersion: version).filter { !names.contains($0) }.map { name in
      ResultsError(
        code: .wrongHeader, file: file, line: 1,
        message: "the column \(name) is missing (a row of schema \(version) has it)")
    }
  }

  /// Spreadsheets of many countries save cells separated by semicolons, as their comma is the decimal one.
  private static func otherSeparator(_ names: [String], file: String) -> ResultsError? {
    guard names.count == 1 else { return nil }
    for (separator, word) in [(";", "semicolons"), ("\t", "tabs")] as [(Character, String)] {
      let parts = names[0].split(separator: separator).map { String($0).replacing("\"", with: "") }
      guard parts.count > 1, parts.contains(where: { ResultsSchema.columnNames.contains($0) }) else { continue }
      return ResultsError(
        code: .wrongHeader, file: file, line: 1,
        message:
          "the cells are separated by \(word) (save the file again as CSV with commas between cells and points in "
          + "numbers: results/README.md tells how, for LibreOffice and Excel)")
    }
    return nil
  }
}
