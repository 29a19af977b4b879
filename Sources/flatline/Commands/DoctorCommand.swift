import ArgumentParser
import Campaign
import LinuxNetwork
import LinuxSystem
import Model

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this machine can do, what it lacks, what that disables, and the remedy.",
    discussion: """
      EXAMPLES:
        flatline doctor
        flatline doctor --format json

      EXIT STATUS: 0 if this machine can measure on either clock, 69 if on neither.
      """)

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      let examination = await Examination.make(privilege: Privilege.current)
      report.print(examination.report)
      return examination.canMeasure || examination.virtualClockWorks ? .success : .unsupported
    }
  }
}
