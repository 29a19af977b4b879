import Model
import Results

/// How a matrix is written.
public enum MatrixFormat: String, Sendable, Hashable, CaseIterable {
  /// Aligned text for people.
  case table
  /// A table for documents (GitHub Flavored Markdown).
  case markdown
  /// For programs.
  case json

  /// The matrix, ended by a line feed.
  ///
  /// - Parameter width: how many columns the reader's terminal has; tables of text are shortened and split to fit.
  public func report(_ matrix: Matrix, style: TextStyle = .plain, width: Int = 120) -> String {
    switch self {
    case .table: MatrixTable.text(matrix, style: style, width: width)
    case .markdown: MatrixMarkdown.text(matrix)
    case .json: MatrixJSON.text(matrix)
    }
  }
}
