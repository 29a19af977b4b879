/// One thing wrong in a results file.
public struct ResultsError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// No bytes at all.
    case emptyFile
    /// The first line does not name the columns of this schema.
    case wrongHeader
    /// The rows have a schema number that this version does not know.
    case wrongSchema
    /// The rows have a later schema number: a newer flatline wrote them.
    case newerSchema
    /// A row has too few or too many cells.
    case fieldCount
    /// A cell with an invalid value for its column.
    case invalidValue
    /// A cell is empty though the row's outcome needs it.
    case missingValue
    /// A quote in the wrong place, or one that is never closed.
    case brokenQuoting
    /// A carriage return that is not part of a line end.
    case carriageReturn
    /// Bytes that are not UTF-8.
    case notUTF8
    /// A row with the key of an earlier one.
    case duplicateKey
    /// The last line has no end: its writer was killed. All rows before it are complete.
    case truncated
  }

  public var code: Code
  /// The file's name, as given to the reader.
  public var file: String
  /// Counts from 1. For a row that spans lines, the first of them.
  public var line: Int
  /// The position of the CSV column, counted from 1; 1 for an error of a whole row.
  public var column: Int
  /// What is wrong, and what to do or what was expected.
  public var message: String

  public init(code: Code, file: String, line: Int, column: Int = 1, message: String) {
    self.code = code
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Results files that cannot be used: everything that is wrong in them, up to a limit.
public struct InvalidResults: Error, Sendable, CustomStringConvertible {
  /// At least one, in order of file and line.
  public var errors: [ResultsError]
  /// How many more there are.
  public var omitted: Int

  public init(errors: [ResultsError], omitted: Int = 0) {
    self.errors = errors
    self.omitted = omitted
  }

  /// One line for each error, and one that counts the rest.
  public var description: String {
    var lines = errors.map(\.description)
    if omitted > 0 { lines.append("... and \(omitted) more") }
    return lines.joined(separator: "\n")
  }

  mutating func add(_ error: ResultsError, limit: Int) {
    if errors.count < limit { errors.append(error) } else { omitted += 1 }
  }
}
