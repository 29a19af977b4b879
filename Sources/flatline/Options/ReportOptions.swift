import ArgumentParser
import Output

/// How a command prints its report.
struct ReportOptions: ParsableArguments {
  @Option(help: "table, markdown, csv (the rows of its table) or json (docs/json.md).")
  var format: ReportFormat = .table

  @Flag(help: "Show all columns of tables, however narrow the terminal is.")
  var wide = false

  func print(_ report: Report) {
    Swift.print(
      format.text(report, style: Terminal.style, width: wide ? nil : Terminal.width), terminator: "")
  }
}

extension ReportFormat: ExpressibleByArgument {}
