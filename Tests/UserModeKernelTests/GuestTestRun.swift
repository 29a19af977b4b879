import Foundation
import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing
import UserModeKernel

/// Tests of this package, run inside a user-mode kernel by the same test program, and their results.
///
/// The guest's first process is a shell that mounts what tests need, starts the program and ends, with which the kernel
/// ends too. Tests report through the event stream of Swift Testing, a file in the one directory that the guest can write.
struct GuestTestRun {
  struct Skipped: Hashable {
    var test: String
    var reason: String
  }

  /// Functions and suites that passed.
  private(set) var passed: [String] = []
  private(set) var skipped: [Skipped] = []
  /// What failed, in Swift Testing's words.
  private(set) var issues: [String] = []
  /// Whether the run came to its end.
  private(set) var hasEnded = false
  /// What the kernel and the tests printed last.
  let lastWords: String

  /// The versions of the kernels that can be run.
  static let versions: [String] = {
    do { return try KernelInventory.take().kernels.filter(\.isUsable).map(\.version) } catch { return [] }
  }()

  /// ip(8), which sets the loopback interface up.
  private static let ip: String? = {
    let places = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"]
    return places.first { access($0, X_OK) == 0 }
  }()

  static var canSetLoopbackUp: Bool { ip != nil }

  /// Runs the tests whose identifiers match `filter`, a regular expression, in a guest of this kernel.
  ///
  /// - Parameter place: runs of different places have different processors, as far as there are as many.
  init(of kernel: BuiltKernel, filter: String, place: Int) async throws {
    let scratch = try Scratch()
    let processors = try GuestProcess.allowedProcessors()
    let program = try CurrentProcess.executablePath()
    try scratch.file("init", Self.script(program, filter: filter, in: scratch.path), mode: 0o755)
    let machine = GuestMachine(
      kernel: kernel.executable, initName: "init", memory: Self.megabytes,
      processor: processors[place % processors.count], directory: scratch.path,
      memoryDirectory: try MemoryDirectory.choose(megabytes: Self.megabytes))
    _ = try await machine.run(console: "\(scratch.path)/console")
    lastWords = try scratch.text("console").split(separator: "\n").suffix(5).joined(separator: "\n")
    guard let events = try? scratch.text("events") else { return }
    for line in events.split(separator: "\n") { try read(line) }
  }

  /// Records every issue as one of this test's own, and checks that the run had any result at all.
  func report(atLeast least: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(hasEnded, "the guest ended before its tests did: \(lastWords)", sourceLocation: sourceLocation)
    #expect(passed.count >= least, "only \(passed.count) tests passed", sourceLocation: sourceLocation)
    for issue in issues { Issue.record("in the guest: \(issue)", sourceLocation: sourceLocation) }
  }

  private static let megabytes = 1024

  private static func script(_ program: String, filter: String, in directory: String) -> String {
    """
    #!/bin/sh
    mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t devtmpfs devtmpfs /dev &&
    mount -t cgroup2 cgroup2 /sys/fs/cgroup && echo +cpu > /sys/fs/cgroup/cgroup.subtree_control &&
    mount -t hostfs -o '\(directory)' none '\(directory)' || exit 1
    \(ip.map { "\($0) link set lo up" } ?? "")
    export TMPDIR='\(directory)' HOME='\(directory)' SWIFT_DETERMINISTIC_HASHING=1
    '\(program)' --testing-library swift-testing --filter '\(filter)' \
    --event-stream-output-path '\(directory)/events' --event-stream-version 0

    """
  }

  // MARK: - The event stream

  /// A record of ABI version 0 (swift-testing, Documentation/ABI/JSON.md).
  private struct Record: Decodable {
    struct Payload: Decodable {
      struct Message: Decodable { let text: String }
      let kind: String
      let testID: String?
      let messages: [Message]?
    }
    let kind: String
    let payload: Payload
  }

  private mutating func read(_ line: Substring) throws {
    let record = try JSONDecoder().decode(Record.self, from: Data(line.utf8))
    guard record.kind == "event" else { return }
    let text = (record.payload.messages ?? []).map(\.text).joined(separator: "; ")
    let test = record.payload.testID ?? ""
    switch record.payload.kind {
    case "testEnded": if !text.contains("failed") { passed.append(test) }
    case "testSkipped": skipped.append(Skipped(test: test, reason: text))
    case "issueRecorded": issues.append("\(test): \(text)")
    case "runEnded": hasEnded = true
    default: break
    }
  }
}
