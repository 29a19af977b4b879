import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Campaign

/// What a host and its guest tell each other in files; pure but for a folder.
@Suite("The files of a guest")
struct GuestFilesTests {
  private func order() -> GuestOrder {
    let detector = Detector(name: "a slow one", settings: .none)
    let scenario = Scenario(
      name: "cable pull: twice", detectors: [detector],
      timeline: Timeline(entries: [TimelineEntry(at: .seconds(1), action: .inject(.routerCrash, repetition: nil))]),
      measured: .routerCrash, observe: .seconds(5))
    let measurements = (3...5).map {
      PlannedMeasurement(
        scenario: scenario, planHash: "p0123", trial: $0, trialsPlanned: 20, detector: detector, observer: .server,
        phase: .zero)
    }
    return GuestOrder(GuestShard(measurements: measurements), seed: 999_999_999_999_999, run: "2026-01-31 a")
  }

  @Test("an order reads back as it was given")
  func orders() throws {
    let order = order()
    #expect(try GuestOrder(text: order.text) == order)
    #expect(order.first == 3 && order.last == 5 && order.trials == 20 && order.observer == .server)
  }

  @Test("an order that lacks something, has it twice or says what nobody asked is refused")
  func badOrders() {
    let lines = order().text.split(separator: "\n").map { "\($0)\n" }
    #expect(lines.count == 9)
    for index in lines.indices {
      var missing = lines
      missing.remove(at: index)
      for text in [missing.joined(), (lines + [lines[index]]).joined()] {
        let error = #expect(throws: CampaignError.self) { try GuestOrder(text: text) }
        #expect(error?.code == .inputOutput)
      }
    }
    let text = order().text
    for bad in [
      text + "colour: red\n", text.replacing("seed: 999999999999999", with: "seed: many"),
      text.replacing("observer: server", with: "observer: router"), text.replacing("first: 3", with: "first: 6"),
      text.replacing("first: 3", with: "first: 0"),
    ] {
      #expect(throws: CampaignError.self) { try GuestOrder(text: bad) }
    }
  }

  @Test("facts read back as they were found, reasons of several lines included")
  func facts() throws {
    let facts = GuestFacts(
      release: "6.12.117", hz: 100,
      features: FeatureReport(missing: [.netem: "not built\n  in: it", .redirection: "no u32"]))
    let read = try GuestFacts(text: facts.text)
    #expect(read.release == "6.12.117" && read.hz == 100)
    #expect(read.features.missing == facts.features.missing)
    for bad in [
      "release: 6.12\n", facts.text + "lacks colour: red\n", "release: 6.12\nhz: 0\n", "release 6.12\nhz 100\n",
    ] {
      #expect(throws: CampaignError.self) { try GuestFacts(text: bad) }
    }
  }

  @Test("facts are kept under all that decides them: kernel, program, version and what is asked for")
  func keptName() throws {
    let scratch = try Scratch()
    let kernel = try scratch.file("linux", "kernel")
    let program = try scratch.file("flatline", "program")
    func name(_ version: String = "1", _ features: [Feature] = Feature.allCases) throws -> String {
      try GuestFacts.keptName(of: kernel, asking: program, version: version, features: features)
    }
    let first = try name()
    #expect(first.hasPrefix("facts-"))
    #expect(try name() == first)
    #expect(try name("2") != first)
    // As many features, but others.
    #expect(try name("1", [.veth, .netem]) != name("1", [.veth, .nat]))
    try scratch.file("linux", "another kernel")
    let second = try name()
    #expect(second != first)
    try scratch.file("flatline", "another program")
    #expect(try name() != second)
    #expect(throws: SystemError.self) {
      try GuestFacts.keptName(of: "\(scratch.path)/none", asking: program, version: "1")
    }
  }

  @Test("a file is replaced in one step, and nothing is left beside it")
  func replacement() throws {
    let scratch = try Scratch()
    let path = try scratch.file("facts", "a long old text")
    try FileReplacement.write(Array("new".utf8), to: path)
    #expect(try GuestDirectory.text(of: path) == "new")
    #expect(try DirectoryListing.names(in: scratch.path) == ["facts"])
    let folder = scratch.folder("folder")
    try scratch.file("folder/full", "")
    #expect(throws: SystemError.self) { try FileReplacement.write([], to: folder) }
    #expect(try DirectoryListing.names(in: scratch.path).sorted() == ["facts", "folder"])
  }
}
