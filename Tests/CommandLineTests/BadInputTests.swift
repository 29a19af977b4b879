import Foundation
import LinuxSystem
import TestSupport
import Testing

@Suite("Bad input, as a user sees it")
struct BadInputTests {
  /// The status and what is said must name the place and what was expected.
  private func refuse(
    _ text: String, at place: String, saying words: String..., name: String = "bad.yaml"
  ) async throws {
    let scratch = try Scratch()
    let file = try scratch.file(name, text)
    for command in ["validate", "run"] {
      let result = try await Tool.run(command, file)
      #expect(result.status == 65, "\(command): \(result.errors)")
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("\(file):\(place): "), "\(result.errors)")
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("an unknown key, with the nearest known one")
  func unknownKey() async throws {
    try await refuse(quickScenario(extra: "sumary: x"), at: "3:1", saying: "sumary", "summary")
  }

  @Test("a duplicate key")
  func duplicateKey() async throws {
    try await refuse(quickScenario(extra: "name: again"), at: "3:1", saying: "name")
  }

  @Test("a wrong type")
  func wrongType() async throws {
    try await refuse(
      quickScenario(extra: "topology: {backup: perhaps}"), at: "3:20", saying: "perhaps", "true or false")
  }

  @Test("a missing unit")
  func missingUnit() async throws {
    let text = quickScenario().replacing("observe: 1500ms", with: "observe: 1500")
    try await refuse(text, at: "9:10", saying: "unit")
  }

  @Test("a negative duration")
  func negativeDuration() async throws {
    let text = quickScenario().replacing("observe: 1500ms", with: "observe: -3s")
    try await refuse(text, at: "9:10", saying: "-3s")
  }

  @Test("a heal without an injection")
  func healWithoutInject() async throws {
    let text = quickScenario().replacing("inject: cable-pull, cable: server", with: "heal: cable-pull")
    try await refuse(text, at: "8:23", saying: "cable-pull", "injection")
  }

  @Test("an unknown detector, in the scenario and on the command line")
  func unknownDetector() async throws {
    try await refuse(
      quickScenario().replacing("- none", with: "- psychic"), at: "6:5", saying: "psychic", "heartbeat")
    try await refuse(
      quickScenario(expect: "expect: [{detector: psychic, outcome: missed}]"), at: "11:21", saying: "psychic")
    let scratch = try Scratch()
    let result = try await Tool.run("run", try scratch.file("s.yaml", quickScenario()), "--detector", "psychic")
    #expect(result.status == 64)
    #expect(result.errors.contains("psychic") && result.errors.contains("heartbeat"))
  }

  @Test("an empty file")
  func emptyFile() async throws {
    try await refuse("", at: "1:1", saying: "empty")
  }

  @Test("a binary file")
  func binaryFile() async throws {
    try await refuse("version: 1\nname: a\u{0}b\n", at: "2:8", saying: "U+0000")
  }

  @Test("a missing file")
  func missingFile() async throws {
    let result = try await Tool.run("validate", "/nonexistent/scenario.yaml")
    #expect(result.status == 74)
    #expect(result.errors.contains("/nonexistent/scenario.yaml:1:1: cannot be read: No such file or directory"))
  }

  @Test("all errors of all files at once, and nothing runs if any is invalid")
  func allAtOnce() async throws {
    let scratch = try Scratch()
    let good = try scratch.file("good.yaml", quickScenario())
    let bad = try scratch.file("bad.yaml", quickScenario(name: "bad", extra: "one: 1\ntwo: 2"))
    let result = try await Tool.run("run", good, bad, "/nonexistent.yaml", "--output", scratch.path)
    #expect(result.status == 74)
    for place in ["\(bad):3:1", "\(bad):4:1", "/nonexistent.yaml:1:1"] { #expect(result.errors.contains(place)) }
    #expect(try scratch.files(endingIn: ".csv").isEmpty)
  }

  @Test("an unknown option, and an option out of its range")
  func unknownOption() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("s.yaml", quickScenario())
    for options in [["--frobnicate"], ["--jobs", "0"], ["--trials", "0"], ["--seed", "-1"], ["--seed", "1e3"]] {
      let result = try await Tool.run([Tool.folder + "/flatline", "run", file] + options)
      #expect(result.status == 64, "\(options): \(result.errors)")
      #expect(result.errors.contains(options[0]))
    }
  }

  @Test("a file that is not a results file")
  func badResults() async throws {
    let scratch = try Scratch()
    let result = try await Tool.run("summarize", try scratch.file("x.csv", "a,b,c\n1,2,3\n"))
    #expect(result.status == 65)
    #expect(result.errors.contains("x.csv:1:"))
    #expect(try await Tool.run("summarize", "/nonexistent.csv").status == 74)
  }

  @Test("what is no file to read is refused within bounds: a device, a pipe without a writer, an empty folder")
  func noFiles() async throws {
    let scratch = try Scratch()
    let pipe = "\(scratch.path)/pipe.yaml"
    #expect(mkfifo(pipe, 0o600) == 0)
    let empty = "\(scratch.path)/empty"
    #expect(mkdir(empty, 0o700) == 0)
    for (path, status, words) in [
      ("/dev/zero", Int32(65), "at most 1MiB"), (pipe, 65, "the file is empty"), (empty, 74, "Is a directory"),
    ] {
      let result = try await Tool.run("validate", path)
      #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
    }
  }

  @Test("a folder stands for the scenarios in it, and a file given twice is said")
  func folder() async throws {
    let scratch = try Scratch()
    let first = try scratch.file("b.yaml", quickScenario(name: "second"))
    _ = try scratch.file("a.yaml", quickScenario(name: "first"))
    _ = try scratch.file("notes.txt", "no scenario")
    let result = try await Tool.run("validate", scratch.path)
    #expect(result.status == 0)
    let places = ["first: valid", "second: valid"].map { result.output.range(of: $0)?.lowerBound }
    #expect(places[0] != nil && places[1] != nil)
    let twice = try await Tool.run("validate", first, first)
    #expect(twice.status == 0 && twice.errors.contains("given more than once"), "\(twice.errors)")
  }

  @Test("twenty errors are listed, and the others counted")
  func manyErrors() async throws {
    let scratch = try Scratch()
    let file = try scratch.file("many.yaml", (0..<500).map { "key\($0): 1\n" }.joined())
    let result = try await Tool.run("validate", file)
    #expect(result.status == 65)
    #expect(result.errors.split(separator: "\n").count == 22, "\(result.errors)")
    #expect(result.errors.hasSuffix("more\n"))
  }

  @Test("a subcommand that does not exist is told with the nearest one")
  func unknownSubcommand() async throws {
    let result = try await Tool.run("sumarize", "x.csv")
    #expect(result.status == 64)
    #expect(result.errors.contains("no subcommand `sumarize`; did you mean `summarize`?"), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}
