import Endpoint
import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing

@Suite("The process", .needsEndpointProgram)
struct ProcessTests {
  @Test("the end of standard input ends it, whatever its role", arguments: [nil] + EndpointRole.allCases)
  func endOfInput(role: EndpointRole?) async throws {
    try await onThread { bench in
      let endpoint = try bench.spawn()
      if let role { try endpoint.assume(role) }
      endpoint.endInput()
      #expect(try TestChild.exitStatus(of: try #require(endpoint.process)) == 0)
    }
  }

  @Test("the end of standard input ends a saturated server, too")
  func endOfInputWhileSaturated() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      _ = try server.listen()
      try server.saturate()
      server.endInput()
      #expect(try TestChild.exitStatus(of: try #require(server.process)) == 0)
    }
  }

  @Test("a bad line is a failure with a status of its own")
  func badLine() async throws {
    try await onThread { bench in
      let client = try bench.spawn(.client)
      try client.send(line: "listen to=me")
      #expect(try client.failed().message == "'host': expected 'host=...', in 'listen to=me'")
      client.endInput()
      #expect(try TestChild.exitStatus(of: try #require(client.process)) == ExitStatus.invalidInput.rawValue)
    }
  }

  @Test(
    "wrong arguments are answered by the usage and status 64",
    arguments: [["server"], ["--parent"], ["--parent", "me"], ["--parent", "1", "now"]])
  func usage(arguments: [String]) async throws {
    try await onThread { bench in
      let (complaint, status) = try Self.complaint(arguments)
      #expect(complaint.contains("usage: flatline-endpoint [--parent PID]"))
      #expect(status == ExitStatus.usage.rawValue)
    }
  }

  @Test("a namespace that cannot be entered is a failure of status 69")
  func noNamespace() async throws {
    try await onThread { bench in
      let server = try bench.spawn()
      try server.send(.assume(.server, namespace: "/proc/self/fd/987"))
      let failure = try server.failed()
      #expect(failure.stage == "start")
      #expect(failure.message.contains("open /proc/self/fd/987: No such file or directory"))
      server.endInput()
      #expect(try TestChild.exitStatus(of: try #require(server.process)) == ExitStatus.unsupported.rawValue)
    }
  }

  @Test("a process whose parent is gone ends before it starts")
  func orphan() async throws {
    try await onThread { bench in
      // This process is the parent, so 1 is not.
      let orphan = try bench.spawn(["--parent", "1"])
      #expect(try orphan.next() == nil)
      #expect(try TestChild.exitStatus(of: try #require(orphan.process)) == ExitStatus.terminated.rawValue)
      let child = try bench.spawn(["--parent", "\(CurrentProcess.identifier)"])
      try child.assume(.client)
      child.endInput()
      #expect(try TestChild.exitStatus(of: try #require(child.process)) == 0)
    }
  }

  @Test("a process whose output has no reader ends")
  func closedOutput() async throws {
    try await onThread { bench in
      var ends: [Int32] = [-1, -1]
      #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
      close(ends[0])
      var commands: [Int32] = [-1, -1]
      #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &commands) == 0)
      let child = try BuiltProgram.endpoint.spawn([], standardInput: commands[1], standardOutput: ends[1])
      close(commands[1])
      close(ends[1])
      let input = OwnedDescriptor(owning: commands[0])
      try input.writeAll(Array("\(Command.assume(.client, namespace: nil).line)\n".utf8))
      #expect(try TestChild.exitStatus(of: child) == ExitStatus.inputOutput.rawValue)
    }
  }

  @Test("a client with nothing left to wait for uses no CPU")
  func idleClient() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      let client = try bench.spawn(.client)
      let task = ClientTask(server: try server.listen(), watching: Watch(settings: .none), workload: .idle)
      try client.send(.open(task))
      _ = try client.expect("ready") { if case .ready(let at, _, _) = $0 { at } else { nil } }
      // The last deadline: after it, the timer must not keep the loop awake.
      try client.send(.begin(at: Instant(nanoseconds: Clocks.monotonicNanoseconds() + 100_000_000)))
      sleep(.milliseconds(300))
      let process = try #require(client.process)
      let before = try Self.processorTicks(of: process)
      sleep(.milliseconds(700))
      // Ticks of 10 ms: a loop that spins would have some seventy, or twenty on a busy machine.
      #expect(try Self.processorTicks(of: process) - before <= 5)
      try client.send(.quit)
      try server.send(.quit)
    }
  }

  @Test("a server keeps no descriptor of a client that left, spins at SCHED_IDLE, and has no Foundation")
  func tidy() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      let process = try #require(server.process)
      let address = try server.listen()
      let before = try Self.entries(of: "/proc/\(process)/fd")
      for _ in 1...5 {
        let client = try bench.client(to: address)
        try client.quit()
      }
      for _ in 1...100 where try Self.entries(of: "/proc/\(process)/fd") != before { sleep(.milliseconds(20)) }
      #expect(try Self.entries(of: "/proc/\(process)/fd") == before)

      try server.saturate()
      let threads = try Self.entries(of: "/proc/\(process)/task").map {
        try Self.policy(of: "/proc/\(process)/task/\($0)")
      }
      // SCHED_OTHER is 0, SCHED_IDLE is 5.
      #expect(threads.sorted() == ["0", "5"])
      #expect(try !Self.text(of: "/proc/\(process)/maps").contains("Foundation"))
      kill(process, SIGKILL)
      #expect(try TestChild.exitStatus(of: process) == -SIGKILL)
    }
  }

  /// What the process writes on standard error, and its exit status.
  private static func complaint(_ arguments: [String]) throws -> (String, Int32) {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
    let nowhere = try OwnedDescriptor.open("/dev/null", flags: O_RDWR)
    let child = try BuiltProgram.endpoint.spawn(
      arguments, standardInput: nowhere.raw, standardOutput: nowhere.raw, standardError: ends[1])
    close(ends[1])
    let text = String(decoding: try OwnedDescriptor(owning: ends[0]).readToEnd(), as: UTF8.self)
    return (text, try TestChild.exitStatus(of: child))
  }

  /// User and system time in clock ticks: fields 14 and 15 of `stat`.
  private static func processorTicks(of process: pid_t) throws -> Int {
    let fields = try text(of: "/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
  }

  private static func text(of path: String) throws -> String {
    String(decoding: try OwnedDescriptor.open(path).readToEnd(), as: UTF8.self)
  }

  /// Field 41 of `stat` (proc_pid_stat(5)), counted after the name in parentheses, which ends field 2.
  private static func policy(of task: String) throws -> String {
    let fields = try text(of: "\(task)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return String(try #require(fields.dropFirst(38).first))
  }

  private static func entries(of directory: String) throws -> [String] {
    guard let listing = opendir(directory) else { throw TestFailure("opendir \(directory)") }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
