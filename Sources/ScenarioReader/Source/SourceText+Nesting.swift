extension SourceText {
  /// No scenario is nested a third as deep.
  private static let deepest = 32

  /// The place where brackets are nested deeper than in any scenario, or where there are too many keys that begin with
  /// `? `; nil if there is none.
  ///
  /// Yams compares keys by their whole content, at each level again, so that a megabyte of nested keys would keep it
  /// busy for minutes. Brackets in quotes and comments count too: they can be assumed to be balanced, or few.
  var tooDeep: Position? {
    var (depth, explicitKeys) = (0, 0)
    var previous: Unicode.Scalar = "\n"
    for (offset, scalar) in scalars.enumerated() {
      switch scalar {
      case "[", "{": depth += 1
      case "]", "}": depth = max(0, depth - 1)
      case "?" where Self.separates(previous) && (offset + 1 == scalars.count || Self.separates(scalars[offset + 1])):
        explicitKeys += 1
      default: break
      }
      if depth > Self.deepest || explicitKeys > Self.deepest { return position(at: offset) }
      previous = scalar
    }
    return nil
  }

  private static func separates(_ scalar: Unicode.Scalar) -> Bool { " \t\r\n[]{},".unicodeScalars.contains(scalar) }
}
