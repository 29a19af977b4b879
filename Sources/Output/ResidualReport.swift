import Model
import Results

/// How measurements compare with their predictions: the pooled share of each clock, and every detector with a row
/// outside.
enum ResidualReport {
  static func text(_ clocks: [Residuals]) -> String {
    let parts = clocks.compactMap(text)
    return parts.isEmpty ? "no row has a prediction\n" : parts.joined(separator: "\n")
  }

  private static func text(_ residuals: Residuals) -> String? {
    guard let share = residuals.shareInside else { return nil }
    // Rounded down: 100 % is said only of all.
    let percent = (share * 1e5).rounded(.down) / 1e3
    var lines = [
      "inside their prediction: \(residuals.inside) of \(residuals.predicted) rows (\(percent) %) on the \(residuals.clock.spelled), "
        + "of \(residuals.cells) pairs of scenario and detector"
    ]
    for cell in residuals.outliers {
      let from = cell.observer == .client ? "" : " (\(cell.observer.rawValue))"
      lines += [
        "",
        "\(cell.scenario): \(cell.detector)\(from): \(cell.outside) of \(cell.predicted) outside, plan \(cell.plan)",
      ]
      lines += cell.findings.map { finding in
        let lag = finding.lag.map { ", event loop up to \($0.threeFigures) late" } ?? ""
        return "  \(FindingReport.line(finding, showsRun: true))\(lag)"
      }
      let omitted = cell.outside - cell.findings.count
      if omitted > 0 { lines.append("  ... and \(omitted) more") }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
