import LinuxSystem
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

  @Test("predict prints a line per detector, for any HZ, and as JSON")
  func predict() async throws {
    let file = "\(root)/Scenarios/cable-pull.yaml"
    let table = try await Tool.run("predict", file, "--hz", "250")
    #expect(table.status == 0)
    #expect(table.output.contains("2.000 - 3.000") && table.output.contains("never"))
    let json = try await Tool.run("predict", file, "--hz", "1000", "--format", "json")
    #expect(json.status == 0 && json.output.contains("\"hz\": 1000") && json.output.contains("\"min_s\""))
    #expect(try await Tool.run("predict", file, "--hz", "0").status == 64)
  }

  @Test("the committed reference results can be read, and none lies outside its prediction")
  func reference() async throws {
    let folder = "\(root)/results/reference"
    let files = try DirectoryListing.names(in: folder).filter { $0.hasSuffix(".csv") }.map { "\(folder)/\($0)" }
    let result = try await Tool.run(["\(Tool.folder)/flatline", "summarize"] + files)
    #expect(result.status == 0 && !files.isEmpty, "\(result.errors)")
    #expect(!result.output.contains("outside prediction") && !result.output.contains("not confirmed"))
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
    #expect(try await Tool.run("--help").output.contains("Exit status: 0 all well"))
    #expect(try await Tool.run("--version").status == 0)
    #expect(try await Tool.run("frobnicate").status == 64)
    #expect(try await Tool.run("run").status == 64)
  }

  @Test("output is never coloured where it is no terminal")
  func colour() async throws {
    #expect(try await !Tool.run("predict", "\(root)/Scenarios/cable-pull.yaml").output.contains("\u{1b}"))
  }
}
