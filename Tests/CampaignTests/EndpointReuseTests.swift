import EndpointProtocol
import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Campaign

/// Which processes get another role, and what they bring along into it.
@Suite(
  "Endpoints that are reused", .needsNamespaces
)
struct EndpointReuseTests {
  private static let task = ServerTask(address: EndpointAddress(host: "", port: 7000))

  private static func pool(keeps: Bool = true) -> EndpointPool {
    EndpointPool(executable: EndpointExecutable.path, keeps: keeps)
  }

  private static func started(_ event: Event) -> Instant? {
    if case .started(let at) = event { at } else { nil }
  }

  @Test("a process that is done serves in another host, and each role has its own events only")
  func reused() async throws {
    let pool = Self.pool()
    let lab = try await Lab.build(Topology())
    let server = try await ServerEndpoint.start(in: lab, on: .server, Self.task, from: pool)
    let first = server.endpoint
    await first.stop()
    let told = await first.events
    #expect(told.map(\.word) == ["started", "listening", "ended"])

    let other = try await Lab.build(Topology())
    let second = pool.start(.client, in: try other.host(.client), named: "client")
    #expect(second.process === first.process)
    let at = try await second.expect("started", Self.started)
    // The old role has no say any more: this would be a failure of the new one, which has no connection.
    first.send(.finish)
    _ = try await second.first(by: .now + .milliseconds(100)) { if case .failed = $0 { true } else { nil } }
    #expect(await second.events == [.started(at: at)])
    #expect(await first.events == told)
    await second.stop()
    let process = try #require(first.process.handle?.identifier)
    #expect(ProcessHandle.isAlive(process))
    await pool.drain()
    #expect(!ProcessHandle.isAlive(process))
  }

  @Test("on the real clock every endpoint has a process of its own, which ends with it")
  func notReused() async throws {
    let pool = Self.pool(keeps: false)
    let lab = try await Lab.build(Topology())
    let first = pool.start(.client, in: try lab.host(.client), named: "client")
    _ = try await first.expect("started", Self.started)
    let process = try #require(first.process.handle?.identifier)
    await first.stop()
    #expect(!ProcessHandle.isAlive(process))
    let second = pool.start(.client, in: try lab.host(.client), named: "client")
    #expect(second.process !== first.process)
    await second.stop()
  }

  /// What a fault may do to a server.
  enum Touch: CaseIterable {
    case kill, stop, saturate, pauseReading, pauseAccepting
  }

  @Test("a process that a fault has touched is never used again", arguments: Touch.allCases)
  func touched(touch: Touch) async throws {
    let pool = Self.pool()
    let lab = try await Lab.build(Topology())
    let server = try await ServerEndpoint.start(in: lab, on: .server, Self.task, from: pool)
    let endpoint = server.endpoint
    let process = try #require(endpoint.process.handle?.identifier)
    switch touch {
    case .kill: _ = try await server.kill()
    case .stop: try #require(server.process).send(.stop)
    case .saturate: _ = try await server.saturate(.stall)
    case .pauseReading:
      _ = try await server.pause(.reading)
      _ = try await server.resume(.reading)
    case .pauseAccepting: _ = try await server.pause(.accepting)
    }
    await endpoint.stop()
    #expect(!ProcessHandle.isAlive(process))
    let next = try await ServerEndpoint.start(in: lab, on: .server, Self.task, from: pool)
    #expect(next.endpoint.process !== endpoint.process)
    await next.endpoint.stop()
    await pool.drain()
  }

  @Test(
    "a client that was handed to a fault is never used again, nor is one that failed, or does not say that it is done")
  func unfit() async throws {
    let pool = Self.pool()
    let lab = try await Lab.build(Topology())
    let host = try lab.host(.client)
    let surrendered = pool.start(.client, in: host, named: "surrendered")
    _ = try await surrendered.expect("started", Self.started)
    #expect(ClientEndpoint(surrendered, in: lab, from: pool).process != nil)
    let failed = pool.start(.client, in: host, named: "failed")
    failed.send(.finish)
    await #expect(throws: CampaignError.self) { try await failed.expect("finished") { _ in Bool?.none } }
    let silent = pool.start(.client, in: host, named: "silent")
    _ = try await silent.expect("started", Self.started)
    // Behind the pool's back.
    try #require(silent.process.handle).send(.stop)
    for endpoint in [surrendered, failed, silent] {
      await endpoint.stop()
      #expect(endpoint.process.handle?.identifier == nil, "\(endpoint.name)")
      let next = pool.start(.client, in: host, named: "next")
      #expect(next.process !== endpoint.process, "\(endpoint.name)")
      await next.kill()
    }
  }

  @Test("a process that takes no more commands fails its measurement at once, with the reason")
  func deaf() async throws {
    let scratch = try Scratch()
    // It ends what it hears and says, and lives on.
    let path = try scratch.file("endpoint", "#!/bin/sh\nexec <&- >&-\nexec sleep 1000\n", mode: 0o755)
    let lab = try await Lab.build(Topology())
    let pool = EndpointPool(executable: path, keeps: false)
    let client = pool.start(.client, in: try lab.host(.client), named: "client")
    let sending = Task {
      while !Task.isCancelled {
        client.send(.finish)
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    defer { sending.cancel() }
    let start = ContinuousClock.now
    let error = await #expect(throws: CampaignError.self) {
      _ = try await client.expect("started", within: .seconds(60), Self.started)
    }
    #expect(.now - start < .seconds(30))
    #expect(error?.stage == "run the client")
    #expect(error?.message.contains("takes no more commands") == true && error?.message.contains("EPIPE") == true)
    #expect(error?.message.hasSuffix("was killed by signal 9 (SIGKILL)") == true, "\(error?.message ?? "")")
    await client.kill()
  }

  /// `flatline-endpoint` by way of a script that keeps count of its starts.
  private struct CountedExecutable {
    private let scratch: Scratch
    let path: String

    init() throws {
      scratch = try Scratch()
      let script = "#!/bin/sh\necho $$ >> \(scratch.path)/starts\nexec \(EndpointExecutable.path) \"$@\"\n"
      path = try scratch.file("flatline-endpoint", script, mode: 0o755)
    }

    func starts() throws -> Int { try scratch.text("starts").count { $0 == "\n" } }
  }

  @Test(
    "measurements one after the other share their processes if told to, except those a fault has killed; the rows are of one kind"
  )
  func rows() async throws {
    let scenarios = [
      Scenarios.make(
        "pulled", .cablePull(cable: .server),
        [Scenarios.heartbeat(.milliseconds(200), timeout: .seconds(2)), Scenarios.keepalive(1, 1, 1)],
        observe: .seconds(5), trials: 2),
      Scenarios.make("killed", .processKill(host: .server), [Scenarios.none], observe: .seconds(3), trials: 2),
    ]
    let (shared, own) = (try CountedExecutable(), try CountedExecutable())
    let reused = try await Runs.rows(
      of: scenarios, jobs: 1, reusesEndpoints: true, endpointExecutable: shared.path)
    let fresh = try await Runs.rows(of: scenarios, jobs: 1, endpointExecutable: own.path)
    func kinds(_ rows: [ResultRow]) -> [[String]] {
      rows.map { row in
        [
          row.scenario, "\(row.trial)", row.detector, row.outcome.rawValue, row.signal?.spelled ?? "",
          row.faultVerdict?.rawValue ?? "", row.reason ?? "", row.settings,
        ]
      }
    }
    #expect(reused.count == 6)
    #expect(kinds(reused) == kinds(fresh))
    #expect(reused.allSatisfy { $0.outcome == .detected && $0.faultVerdict == .confirmed })
    // A server and a client; after a server was killed, another one.
    #expect(try shared.starts() == 3)
    #expect(try own.starts() == 12)
  }
}
