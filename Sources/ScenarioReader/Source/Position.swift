import Yams

/// A place in a file; line and column count from 1, columns in Unicode scalars.
struct Position: Sendable, Hashable, Comparable, CustomStringConvertible {
  var line: Int
  var column: Int

  static let start = Position(line: 1, column: 1)

  static func < (left: Position, right: Position) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }

  var description: String { "\(line):\(column)" }
}

extension Position {
  init(_ mark: Mark) {
    self.init(line: mark.line, column: mark.column)
  }
}

/// A value and its position in the file (a default has the position of its mapping).
struct Located<Value> {
  var value: Value
  var position: Position
}

extension Located: Sendable where Value: Sendable {}
