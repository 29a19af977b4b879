import ArgumentParser
import Campaign
import LinuxNetwork
import LinuxSystem
import Model

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this machine can do, what it lacks, what that disables, and the remedy."
  )

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      let examination = await Examination.make(privilege: Privilege.current)
      report.print(examination.report)
      return examination.canMeasure || examination.virtualClockWorks ? .success : .unsupported
    }
  }
}
