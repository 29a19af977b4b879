import LinuxSystem
import Model
import Results
import TestSupport
import Testing

@Suite("The other commands")
struct OtherCommandsTests {
  private var root: String {
    // .../Tests/CommandLineTests/<this file>
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  }

  private func shipped() throws -> [String] {
    try DirectoryListing.names(in: "\(root)/Scenarios").filter { $0.hasSuffix(".yaml") }.sorted()
      .map { "\(root)/Scenarios/\($0)" }
  }

  @Test("validate accepts every shipped scenario, and says how many trials its expectations need")
  func validate() async throws {
    let result = try await Tool.run(["\(Tool.folder)/flatline", "validate"] + shipped())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(": needs 5, has 10"))
  }

  @Test("validate says what the virtual clock cannot time, and what to write instead")
  func validateForClock() async throws {
    let spinning = "\(root)/Scenarios/cpu-saturation.yaml"
    #expect(try await Tool.run("validate", spinning).status == 0)
    let refused = try await Tool.run("validate", "--clock", "virtual", spinning)
    #expect(refused.status == 69)
    #expect(refused.errors.contains("virtual time never passes") && refused.errors.contains("remedy: mode: stall"))
    let fine = try await Tool.run("validate", "--clock", "virtual", "\(root)/Scenarios/stuck-server.yaml")
    #expect(fine.status == 0, "\(fine.errors)")
    #expect(try await Tool.run("validate", "--clock", "imaginary", spinning).status == 64)
  }

  @Test("predict prints a line per detector, for any HZ, and as JSON")
  func predict() async throws {
    let file = "\(root)/Scenarios/cable-pull.yaml"
    let table = try await Tool.run("predict", file, "--hz", "250")
    #expect(table.status == 0)
    #expect(table.output.contains("2.000 - 3.000") && table.output.contains("never"))
    let json = try await Tool.run("predict", file, "--hz", "1000", "--format", "json")
    #expect(json.status == 0 && json.output.contains("\"hz\": 1000") && json.output.contains("\"min_s\""))
    #expect(try await Tool.run("predict", file, "--hz", "0").status == 64)
    let guest = try await Tool.run("predict", file, "--clock", "virtual")
    #expect(guest.output.contains("HZ=100;"))
    #expect(guest.output == (try await Tool.run("predict", file, "--hz", "100").output))
  }

  @Test("the committed reference results can be read")
  func reference() async throws {
    let folder = "\(root)/results/reference"
    let files = try DirectoryListing.names(in: folder).filter { $0.hasSuffix(".csv") }.map { "\(folder)/\($0)" }
    let result = try await Tool.run(["\(Tool.folder)/flatline", "summarize"] + files)
    #expect(result.status == 0 && !files.isEmpty, "\(result.errors)")
    // Of single files each is complete: what was not confirmed or lies outside is told, not left out.
    #expect(result.output.contains("reference-keepalive-silence") && result.output.contains("busy-stuck-worker"))
  }

  private func referenceFiles() throws -> [String] {
    let folder = "\(root)/results/reference"
    return try DirectoryListing.names(in: folder).filter { $0.hasSuffix(".csv") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test("residuals of the reference results: nearly all rows lie inside their prediction")
  func residuals() async throws {
    let flatline = "\(try Tool.folder)/flatline"
    let table = try await Tool.run([flatline, "summarize", "--residuals"] + referenceFiles())
    #expect(table.status == 0, "\(table.errors)")
    let match = try #require(table.output.firstMatch(of: #/^inside their prediction: (\d+) of (\d+) rows/#))
    let inside = try #require(Double(match.1))
    let all = try #require(Double(match.2))
    #expect(all > 0 && inside / all >= 0.995)
    let json = try await Tool.run([flatline, "summarize", "--residuals", "--format", "json"] + referenceFiles())
    #expect(json.status == 0 && json.output.contains("\"predicted\": \(Int(all))"))
  }

  @Test("matrix puts the reference results into one table, in each format")
  func matrix() async throws {
    let flatline = "\(try Tool.folder)/flatline"
    let table = try await Tool.run([flatline, "matrix"] + referenceFiles())
    #expect(table.status == 0, "\(table.errors)")
    for word in ["kernel 6.", "HZ 250", "never", "survives", "keepalive", "cable-pull"] {
      #expect(table.output.contains(word), "\(word)")
    }
    #expect(!table.output.contains("\u{1b}"))
    let markdown = try await Tool.run([flatline, "matrix", "--format", "markdown"] + referenceFiles())
    #expect(markdown.status == 0 && markdown.output.contains("| detector | settings |"))
    let json = try await Tool.run([flatline, "matrix", "--format", "json"] + referenceFiles())
    #expect(json.status == 0 && json.output.contains("\"median_s\""))
  }

  @Test("matrix refuses what it cannot read: no file, one that is missing, one that is no results file")
  func matrixOfNothing() async throws {
    #expect(try await Tool.run("matrix").status == 64)
    #expect(try await Tool.run("matrix", "/nowhere.csv").status == 74)
    let scratch = try Scratch()
    let file = try scratch.file("s.csv", "no,results\n")
    let invalid = try await Tool.run("matrix", file)
    #expect(invalid.status == 65 && invalid.errors.contains("s.csv:1:1: this is not a results file of flatline"))
  }

  /// The committed rows of one scenario, and the same as if the virtual clock had timed them, `late` later.
  private func bothClocks(late: Double, in scratch: Scratch) async throws -> [String] {
    let real = "\(root)/results/reference/cable-pull.csv"
    var rows = try ResultsReader.rows(of: try OwnedDescriptor.open(real).readToEnd(), file: real)
    for index in rows.indices {
      rows[index].clock = .virtual
      rows[index].run = "virtual"
      rows[index].detection = rows[index].detection.map { $0 + Duration(seconds: late) }
    }
    let bytes = CSVEncoder.header + rows.flatMap(CSVEncoder.row)
    return [real, try scratch.file("virtual.csv", String(decoding: bytes, as: UTF8.self))]
  }

  @Test("fidelity compares the clocks pair by pair: 0 if they agree, 1 if not, 2 if too few pairs say so")
  func fidelity() async throws {
    let scratch = try Scratch()
    let command = ["\(try Tool.folder)/flatline", "fidelity"]
    let same = try await Tool.run(command + bothClocks(late: 0.005, in: scratch))
    #expect(same.status == 0, "\(same.errors)")
    #expect(same.output.contains("40 of 40 pairs agree"))
    let off = try await Tool.run(command + bothClocks(late: 0.2, in: scratch))
    #expect(off.status == 1 && off.output.contains("DIFFERS in 10"), "\(off.output)")
    #expect(off.output.contains("10 of 40 pairs agree"))
    let few = try await Tool.run(command + ["--pairs", "11"] + bothClocks(late: 0, in: scratch))
    #expect(few.status == 2 && few.output.contains("too few pairs"))
    let one = try await Tool.run(command + bothClocks(late: 0, in: scratch).prefix(1))
    #expect(one.status == 2 && one.output.contains("virtual clock no rows"))
    let json = try await Tool.run(command + ["--format", "json"] + bothClocks(late: 0, in: scratch))
    #expect(json.status == 0 && json.output.contains("\"differing\": 0"))
    #expect(try await Tool.run("fidelity", "--pairs", "0", "x.csv").status == 64)
  }

  @Test("schema prints the committed schema")
  func schema() async throws {
    let committed = try OwnedDescriptor.open("\(root)/scenario.schema.json").readToEnd()
    #expect(try await Tool.run("schema").output == String(decoding: committed, as: UTF8.self))
  }

  @Test("the scenarios' README ends with the reader's own table of keys")
  func keys() async throws {
    let readme = String(
      decoding: try OwnedDescriptor.open("\(root)/Scenarios/README.md").readToEnd(), as: UTF8.self)
    let keys = try await Tool.run("schema", "--format", "markdown").output
    #expect(readme.hasSuffix("## Keys\n\n" + keys), "make schema writes it anew")
  }

  @Test("doctor tells the facts, in both formats")
  func doctor() async throws {
    let table = try await Tool.run("doctor")
    #expect([0, 69].contains(table.status))
    for word in ["kernel", "HZ", "privilege", "sch_netem", "nftables"] { #expect(table.output.contains(word)) }
    #expect(try await Tool.run("doctor", "--format", "json").output.contains("\"checks\""))
  }

  @Test("help and version are there; no command, or an unknown one, is a usage error or help")
  func help() async throws {
    #expect(try await Tool.run("--help").output.contains("EXIT STATUS (the first that applies):"))
    #expect(try await Tool.run("--version").status == 0)
    #expect(try await Tool.run("frobnicate").status == 64)
    #expect(try await Tool.run("run").status == 64)
  }

  @Test("output is never coloured where it is no terminal")
  func colour() async throws {
    #expect(try await !Tool.run("predict", "\(root)/Scenarios/cable-pull.yaml").output.contains("\u{1b}"))
  }
}
