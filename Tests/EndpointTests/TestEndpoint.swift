import Endpoint
import EndpointProtocol
import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport

/// An endpoint under test, with the runner's ends of its standard input and output. Use it on one thread.
final class TestEndpoint {
  private var commands: OwnedDescriptor?
  private let events: OwnedDescriptor
  private var rest: [UInt8] = []
  private var pending: [Event] = []
  /// The handle of a child process; nil for an endpoint on a thread.
  let process: pid_t?

  /// Anything that hangs fails after this time.
  static let patience = Duration.seconds(20)

  /// Starts an endpoint on a thread of this process, which is in `namespace` if there is one.
  init(_ role: EndpointRole, in namespace: NetworkNamespace? = nil) throws {
    CurrentProcess.ignoreBrokenPipes()
    let (commands, input) = try TestEndpoint.pair()
    let (events, output) = try TestEndpoint.pair()
    let ends = Ends(input: input, output: output)
    Task {
      if let namespace {
        try await namespace.run { _ = Endpoint.run(input: ends.input(), output: ends.output()) }
      } else {
        try await DedicatedThread.run { _ = Endpoint.run(input: ends.input(), output: ends.output()) }
      }
    }
    self.commands = OwnedDescriptor(owning: commands)
    self.events = OwnedDescriptor(owning: events)
    process = nil
    try assume(role)
  }

  /// Starts `flatline-endpoint` with `arguments` as a child process, which has no role yet.
  init(arguments: [String]) throws {
    CurrentProcess.ignoreBrokenPipes()
    let (commands, input) = try TestEndpoint.pair()
    let (events, output) = try TestEndpoint.pair()
    process = try BuiltProgram.endpoint.spawn(arguments, standardInput: input, standardOutput: output)
    close(input)
    close(output)
    self.commands = OwnedDescriptor(owning: commands)
    self.events = OwnedDescriptor(owning: events)
  }

  /// Two connected descriptors; unlike those of pipe(2), they are never inherited by a child that starts meanwhile.
  private static func pair() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw TestFailure("socketpair")
    }
    return (ends[0], ends[1])
  }

  func send(_ command: Command) throws { try send(line: command.line) }

  func send(line: String) throws { try commands?.writeAll(Array("\(line)\n".utf8)) }

  /// Closes the endpoint's standard input.
  func endInput() { commands = nil }

  /// The next event; nil at the end of the output.
  func next() throws -> Event? {
    while pending.isEmpty {
      var ready = pollfd(fd: events.raw, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Int32(Self.patience.inSeconds * 1000)) == 1 else { throw TestFailure("no event in time") }
      let bytes = try events.read(upTo: 65_536)
      if bytes.isEmpty { return nil }
      rest += bytes
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        pending.append(try Event(line: String(decoding: rest[..<end], as: UTF8.self)))
        rest.removeSubrange(...end)
      }
    }
    return pending.removeFirst()
  }

  /// What `pick` takes from the next event, which must be the `expected` one.
  func expect<Value>(_ expected: String, _ pick: (Event) -> Value?) throws -> Value {
    let event = try next()
    guard let event, let value = pick(event) else {
      throw TestFailure("expected \(expected), got \(event?.line ?? "the end of the output")")
    }
    return value
  }

  /// Whether nothing is reported for this long.
  func isSilent(for time: Duration) -> Bool {
    var ready = pollfd(fd: events.raw, events: Int16(POLLIN), revents: 0)
    return pending.isEmpty && poll(&ready, 1, Int32(time.inSeconds * 1000)) == 0
  }
}

/// Carries the endpoint's descriptors to its thread.
private struct Ends: Sendable {
  private let numbers: (Int32, Int32)
  init(input: Int32, output: Int32) { numbers = (input, output) }
  func input() -> OwnedDescriptor { OwnedDescriptor(owning: numbers.0) }
  func output() -> OwnedDescriptor { OwnedDescriptor(owning: numbers.1) }
}

func now() -> Instant { Instant(nanoseconds: Clocks.monotonicNanoseconds()) }

func sleep(_ time: Duration) { usleep(UInt32(time.inNanoseconds / 1000)) }
