/// How a report is written: a case and a file for each format.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
  /// Aligned text for people.
  case table
  /// For documents (GitHub Flavored Markdown).
  case markdown
  /// The rows of its table, for spreadsheets (RFC 4180).
  case csv
  /// Everything, for programs.
  case json

  /// The report, ended by a line feed.
  ///
  /// - Parameter width: the number of columns of the reader's terminal, to which tables of text are fitted; nil for any
  ///   number.
  public func text(_ report: Report, style: TextStyle = .plain, width: Int? = nil) -> String {
    switch self {
    case .table: TextFormat(style: style, width: width).text(report)
    case .markdown: MarkdownFormat.text(report)
    case .csv: CSVFormat.text(report)
    case .json: JSONFormat.text(report)
    }
  }

  /// Whether people read it: then text that is not part of the report may be printed beside it.
  public var isForPeople: Bool {
    switch self {
    case .table, .markdown: true
    case .csv, .json: false
    }
  }
}
