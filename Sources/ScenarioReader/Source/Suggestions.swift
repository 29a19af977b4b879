/// What a misspelled word was probably meant to be.
public enum Suggestions {
  /// The candidate nearest to `word`; nil if none is near.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    // Words of this length resemble no known word; the limit bounds the work.
    guard word.utf8.count <= 256 else { return nil }
    return candidates.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
      .filter { $0.1 <= max(1, $0.0.count / 3) }
      .min { $0.1 < $1.1 }?.0
  }
}

/// `; did you mean `x`?` for the candidate nearest to `word`, or nothing if none is near.
func suggestion(for word: String, among candidates: [String]) -> String {
  Suggestions.nearest(to: word, among: candidates).map { "; did you mean `\($0)`?" } ?? ""
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
/// alignment distance).
private func editDistance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left), Array(right))
  guard left.count <= 64, right.count <= 64 else { return .max }
  var rows = [Array(0...right.count)]
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[left.count][right.count]
}
