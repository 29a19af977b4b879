import Glibc
import LinuxSystem
import Model
import Results
import Testing

@testable import Campaign

@Suite("A results file")
struct ResultFileTests {
  private let directory: String
  private var path: String { "\(directory)/x.csv" }

  init() throws {
    var template = Array("/tmp/flatline-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func row(_ trial: Int) -> ResultRow {
    ResultRow(
      version: "0.1.0", plan: "p123", run: "r1", scenario: "idle", trial: trial, trialsPlanned: 10, seed: 7,
      startedAt: "2026-01-31T12:00:00Z", kernel: "6.18.5", hz: 250, path: .routed, family: .ipv4, workload: "idle",
      timeline: "3s inject cable-pull server", fault: .cablePull, faultTarget: "server", detector: "none",
      mechanism: .none, settings: "", outcome: .error)
  }

  private func bytes(_ path: String) throws -> [UInt8] { try OwnedDescriptor.open(path).readToEnd() }
  private func trials(_ path: String) throws -> [Int] {
    try ResultsReader.rows(of: bytes(path), file: path).map(\.trial)
  }
  private func names() throws -> [String] { try DirectoryListing.names(in: directory).sorted() }
  private func write(_ text: String) throws {
    try OwnedDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC).writeAll(Array(text.utf8))
  }

  /// Two rows, then what happens to the file, then another row.
  private func finished(after accident: () throws -> Void) async throws -> ResultFile.Ending {
    let file = try ResultFile(creating: path)
    for trial in 1...2 { try await file.append(row(trial)) }
    try accident()
    try await file.append(row(3))
    return await file.finish()
  }

  @Test("stays where it was to be, and holds every row")
  func kept() async throws {
    defer { DirectoryRemoval.remove(directory) }
    #expect(try await finished {} == .kept(path))
    #expect(try trials(path) == [1, 2, 3])
    #expect(try names() == ["x.csv"])
  }

  @Test("without a row is removed, but not a file that took its name meanwhile")
  func empty() async throws {
    defer { DirectoryRemoval.remove(directory) }
    let file = try ResultFile(creating: path)
    #expect(try bytes(path) == CSVEncoder.header)
    #expect(await file.finish() == .empty)
    #expect(try names().isEmpty)
    let other = try ResultFile(creating: path)
    unlink(path)
    try write("precious")
    #expect(await other.finish() == .empty)
    #expect(try bytes(path) == Array("precious".utf8))
  }

  @Test("that was removed during the run is rescued from its open descriptor, under a name that is free")
  func removed() async throws {
    defer { DirectoryRemoval.remove(directory) }
    let rescued = "\(directory)/x-rescued.csv"
    #expect(
      try await finished { unlink(path) } == .moved(to: rescued, because: "\(path) was removed during the run"))
    #expect(try trials(rescued) == [1, 2, 3])
    let second = "\(directory)/x-rescued-2.csv"
    #expect(
      try await finished { unlink(path) } == .moved(to: second, because: "\(path) was removed during the run"))
    #expect(try names() == ["x-rescued-2.csv", "x-rescued.csv"])
  }

  @Test("that was replaced by another file is rescued, and the other stays as it is")
  func replaced() async throws {
    defer { DirectoryRemoval.remove(directory) }
    let ending = try await finished {
      unlink(path)
      try write("precious")
    }
    #expect(
      ending
        == .moved(to: "\(directory)/x-rescued.csv", because: "\(path) was replaced by another file during the run"))
    #expect(try trials("\(directory)/x-rescued.csv") == [1, 2, 3])
    #expect(try bytes(path) == Array("precious".utf8))
  }

  @Test("that was renamed is named as it is called now")
  func renamed() async throws {
    defer { DirectoryRemoval.remove(directory) }
    let other = "\(directory)/other"
    let ending = try await finished { #expect(rename(path, other) == 0) }
    #expect(ending == .moved(to: other, because: "\(path) was renamed during the run"))
    #expect(try trials(other) == [1, 2, 3])
    #expect(try names() == ["other"])
  }

  @Test("that another program cut off or wrote to is written anew beside, from memory")
  func changed() async throws {
    for accident in [{ #expect(truncate(path, 0) == 0) }, { try append("garbage") }] {
      defer { for name in (try? names()) ?? [] { unlink("\(directory)/\(name)") } }
      let ending = try await finished(after: accident)
      #expect(
        ending
          == .moved(to: "\(directory)/x-rescued.csv", because: "\(path) was changed by another program during the run"))
      #expect(try trials("\(directory)/x-rescued.csv") == [1, 2, 3])
    }
    DirectoryRemoval.remove(directory)
  }

  private func append(_ text: String) throws {
    try OwnedDescriptor.open(path, flags: O_WRONLY | O_APPEND).writeAll(Array(text.utf8))
  }

  @Test("whose directory was removed is lost, with the reason")
  func directoryRemoved() async throws {
    guard case .lost(let reason) = try await finished(after: { DirectoryRemoval.remove(directory) }) else {
      Issue.record("it is not lost")
      return
    }
    #expect(reason.contains("\(path) was removed during the run") && reason.contains("No such file or directory"))
  }

  @Test("is not made where a file has the name; the error names what replaces it")
  func taken() throws {
    defer { DirectoryRemoval.remove(directory) }
    try write("precious")
    let error = #expect(throws: CampaignError.self) { try ResultFile(creating: path) }
    #expect(error?.code == .inputOutput && error?.message.contains("--force replaces it") == true)
    #expect(try bytes(path) == Array("precious".utf8))
  }

  @Test("that replaces another leaves it alone until its own first row is written, and for good if none comes")
  func replacing() async throws {
    defer { DirectoryRemoval.remove(directory) }
    try write("old")
    let unlucky = try ResultFile(creating: path, existing: .replace)
    #expect(try bytes(path) == Array("old".utf8))
    #expect(await unlucky.finish() == .empty)
    #expect(try names() == ["x.csv"] && bytes(path) == Array("old".utf8))
    let file = try ResultFile(creating: path, existing: .replace)
    try await file.append(row(1))
    #expect(try trials(path) == [1])
    try await file.append(row(2))
    #expect(await file.finish() == .kept(path))
    #expect(try trials(path) == [1, 2] && names() == ["x.csv"])
    let directoryError = #expect(throws: CampaignError.self) {
      try ResultFile(creating: directory, existing: .replace)
    }
    #expect(directoryError?.message.contains("not an ordinary file") == true)
  }

  @Test("is put into another order in one step")
  func sorted() async throws {
    defer { DirectoryRemoval.remove(directory) }
    let file = try ResultFile(creating: path)
    for trial in [3, 1, 2] { try await file.append(row(trial)) }
    #expect(await file.finish() == .kept(path))
    try await file.sort(at: path) { $0.trial < $1.trial }
    #expect(try trials(path) == [1, 2, 3] && names() == ["x.csv"])
    #expect(await file.rows.map(\.trial) == [1, 2, 3])
  }
}
