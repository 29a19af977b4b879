import ArgumentParser
import Campaign
import Foundation
import LinuxNetwork
import LinuxSystem
import Model

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what this machine can do, what it lacks, what that disables, and the remedy."
  )

  @Option(help: "table or json.")
  var format: OutputFormat = .table

  func run() async throws {
    try await reportingFailures {
      let examination = await Examination.make(privilege: Privilege.current)
      switch format {
      case .table: examination.printTable()
      case .json:
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(examination), as: UTF8.self))
      }
      return examination.canMeasure || examination.virtualClockWorks ? .success : .unsupported
    }
  }
}
