import JSON

/// A report as one JSON object, which contains its kind and version.
enum JSONFormat {
  static func text(_ report: Report) -> String {
    let head: [JSONValue.Member] = [
      .init("report", .string(report.name)), .init("report_version", .count(Report.version)),
    ]
    return JSONValue.object(head + report.data).text + "\n"
  }
}
