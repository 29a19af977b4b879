import EndpointProtocol
import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Campaign

/// The faults of processes, on real ones: what each proves while it is in force, and after its heal.
@Suite(
  "Faults of processes", .serialized,
  .needsNamespaces)
struct ProcessFaultTests {
  /// A server, a backup and a client in a lab, with nothing going on.
  fileprivate struct Bench {
    let lab: Lab
    let controls: LabProcesses

    static func make(
      responder: Pinging.Responder = .eventLoop, acceptQueue: Int = 4, family: AddressFamily = .ipv4,
      receiveBuffer: Int? = nil
    ) async throws -> Bench {
      let lab = try await Lab.build(
        Topology(path: family == .ipv6 ? .direct : .routed, family: family, backup: true))
      let pool = EndpointPool(executable: EndpointExecutable.path, keeps: false)
      let task = ServerTask(
        address: EndpointAddress(host: "", port: 7000), acceptQueue: acceptQueue,
        receiveBuffer: receiveBuffer, responder: responder)
      let client = pool.start(.client, in: try lab.host(.client), named: "client")
      _ = try await client.expect("started") { if case .started(let at) = $0 { at } else { nil } }
      return Bench(
        lab: lab,
        controls: LabProcesses(
          server: try await .start(in: lab, on: .server, task, from: pool),
          backup: try await .start(in: lab, on: .backup, task, from: pool),
          client: ClientEndpoint(client, in: lab, from: pool)))
    }

    func end() async {
      let endpoints = [controls.client.endpoint, controls.server.endpoint, controls.backup?.endpoint]
      for endpoint in endpoints { await endpoint?.stop() }
    }
  }

  private func check(_ fault: Fault, responder: Pinging.Responder = .eventLoop, family: AddressFamily = .ipv4)
    async throws
  {
    let bench = try await Bench.make(responder: responder, family: family)
    let running = try Fault.make(fault, bench.lab, bench.controls)
    try await running.prepare()
    #expect(try await running.prove(patience: .zero).verdict != .confirmed, "\(fault.target) before its injection")
    // Twice: a heal leaves nothing behind that would hinder the next.
    for _ in 1...2 {
      let moment = try await running.inject()
      #expect(moment.before < moment.after)
      let proof = try await running.prove(patience: .seconds(10))
      #expect(proof.verdict == .confirmed, "\(fault.target): \(proof.evidence)")
      _ = try await running.heal()
      let healed = try await running.prove(patience: .seconds(1))
      #expect(healed.verdict == .mismatch, "\(fault.target) after its heal: \(healed.evidence)")
    }
    #expect(try await bench.answers(), "\(fault.target) healed")
    await bench.end()
  }

  @Test("a killed process is gone, and another one serves after the heal", arguments: Observer.allCases)
  func kill(host: Observer) async throws { try await check(.processKill(host: host)) }

  @Test("a stopped process stops with all its threads, and goes on after the heal", arguments: Observer.allCases)
  func stop(host: Observer) async throws { try await check(.processStop(host: host), responder: .ioThread) }

  @Test(
    "a saturated server answers no request, while its kernel answers keepalive",
    arguments: [SaturationMode.busyLoop, .stall, .worker], Pinging.Responder.allCases)
  func saturation(mode: SaturationMode, responder: Pinging.Responder) async throws {
    try await check(.cpuSaturation(mode: mode), responder: responder)
  }

  @Test("a server that does not read leaves a request in its kernel's queue", arguments: [AddressFamily.ipv4, .ipv6])
  func slowReader(family: AddressFamily) async throws { try await check(.slowReader, family: family) }

  @Test("a server with a small receive buffer that does not read closes its window after a few kilobytes")
  func closedWindow() async throws {
    let bench = try await Bench.make(receiveBuffer: 4096)
    _ = try await bench.controls.server.pause(.reading)
    let address = bench.controls.server.address
    let (socket, amount) = try await bench.lab.host(.client).run {
      let target = try #require(SocketAddress(host: address.host, port: address.port))
      let socket = try Sockets.tcp(family: target.family)
      try socket.abortOnClose()
      try socket.startConnecting(to: target)
      var request = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
      try #require(poll(&request, 1, 10_000) == 1)
      // As much as the client's own buffer takes.
      let amount = try socket.write([UInt8](repeating: 0, count: 65_536)[...])
      return (Held(socket), amount)
    }
    var (unread, unsent) = (0, 0)
    for _ in 1...100 where unread == 0 || unread + unsent != amount {
      try await Task.sleep(for: .milliseconds(20))
      func queue(_ host: HostName, _ matches: (SocketQueues) -> Bool) throws -> SocketQueues? {
        try bench.lab.host(host).diagnosis.tcpQueues(family: AF_INET).first { !$0.isListener && matches($0) }
      }
      unread = try queue(.server) { $0.localPort == address.port }?.receive ?? 0
      unsent = try queue(.client) { $0.remotePort == address.port }?.send ?? 0
    }
    #expect(amount > 8192 && unread > 0 && unread <= 8192)
    #expect(unread + unsent == amount)
    withExtendedLifetime(socket) {}
    await bench.end()
  }

  /// A descriptor that outlives the closure that opened it.
  private final class Held: Sendable {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }

  @Test(
    "a full accept queue drops who wants to connect", arguments: ListeningHost.allCases, [AddressFamily.ipv4, .ipv6])
  func listenOverflow(host: ListeningHost, family: AddressFamily) async throws {
    try await check(.listenOverflow(host: host), family: family)
  }

  @Test(
    "a starved server is cut off from the CPU and answers late; its group is gone after the heal",
    .needsCPUGroups, arguments: Pinging.Responder.allCases)
  func starved(responder: Pinging.Responder) async throws {
    try await check(.cpuSaturation(mode: .starved), responder: responder)
    #expect(try Self.groups() == [])
  }

  @Test("a starved server says in its answers that it is overloaded", .needsCPUGroups)
  func overload() async throws {
    let bench = try await Bench.make()
    let fault = try Fault.make(.cpuSaturation(mode: .starved), bench.lab, bench.controls)
    try await fault.prepare()
    let before = try await bench.ask(10, every: .milliseconds(20))
    _ = try await fault.inject()
    let starved = try await bench.ask(30, every: .milliseconds(100))
    _ = try await fault.heal()
    let longest = starved.map(\.took).max() ?? .zero
    #expect(before.map(\.load).max() ?? 0 < 800)
    #expect(starved.map(\.load).max() ?? 0 > 800)
    #expect(longest > .milliseconds(10))
    #expect(longest < .seconds(5))
    await bench.end()
  }

  /// The groups that this process has made and not removed.
  private static func groups() throws -> [String] {
    try DirectoryListing.names(in: try CPUController.mount().path).filter {
      $0.hasPrefix("flatline-\(CurrentProcess.identifier)-")
    }
  }

  @Test("a killed server's end is no failure: it falls silent, and the next one's events are its own")
  func killedSilently() async throws {
    let bench = try await Bench.make()
    let server = bench.controls.server
    let (first, process) = (server.endpoint, try #require(server.process))
    _ = try await server.kill()
    #expect(first.wasKilled && server.process == nil)
    #expect(
      try await first.first(by: .now + .milliseconds(50)) { if case .failed = $0 { true } else { nil } } == nil)
    await #expect(throws: CampaignError.self) { try await server.kill() }
    _ = try await server.restart()
    #expect(server.endpoint !== first && server.process !== process)
    #expect(try await bench.answers())
    await bench.end()
  }

  @Test("a measurement that ends while its processes are stopped or starved leaves none of them behind")
  func tearDown() async throws {
    var faults: [Fault] = [.processStop(host: .server), .processStop(host: .client)]
    if Machine.has(.cpuCgroup) { faults.append(.cpuSaturation(mode: .starved)) }
    for fault in faults {
      let bench = try await Bench.make()
      let processes = [bench.controls.client.process, bench.controls.server.process].compactMap {
        $0
      }
      #expect(processes.count == 2)
      do {
        let running = try Fault.make(fault, bench.lab, bench.controls)
        try await running.prepare()
        _ = try await running.inject()
        await bench.end()
      }
      for process in processes { #expect(process.hasEnded, "\(fault.target)") }
      if Machine.has(.cpuCgroup) { #expect(try Self.groups() == []) }
    }
  }
}

extension ProcessFaultTests.Bench {
  /// Whether the server answers a new client's request.
  fileprivate func answers() async throws -> Bool {
    let client = EndpointPool(executable: EndpointExecutable.path, keeps: false)
      .start(.client, in: try lab.host(.client), named: "probe")
    client.send(
      .open(ClientTask(server: controls.server.address, watching: Watch(settings: .none), workload: .idle)))
    let port = try await client.expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
    await client.stop()
    return port > 0
  }

  /// Sends heartbeats, each once the last was answered: what their answers report, and how long they took.
  fileprivate func ask(_ count: Int, every pause: Duration) async throws -> [(load: UInt16, took: Duration)] {
    let address = controls.server.address
    return try await lab.host(.client).run {
      guard let address = SocketAddress(host: address.host, port: address.port) else { return [] }
      let socket = try Sockets.tcp(family: address.family)
      try socket.startConnecting(to: address)
      func wait(for events: Int32) -> Bool {
        var request = pollfd(fd: socket.raw, events: Int16(events), revents: 0)
        return poll(&request, 1, 10_000) == 1
      }
      try #require(wait(for: POLLOUT))
      return try (0..<count).map { number in
        let start = Instant.now
        try socket.writeAll(Frame(kind: .heartbeat, sequence: UInt32(number), sentAt: start).bytes)
        try #require(wait(for: POLLIN), "no answer in 10 s")
        let took = Instant.now - start
        var decoder = FrameDecoder()
        let frame = try #require(try decoder.decode(try socket.read(upTo: 4096)).first)
        usleep(UInt32(pause.inNanoseconds / 1000))
        return (frame.serverLoad, took)
      }
    }
  }
}
