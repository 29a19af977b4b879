import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// What all measurements of a run share and do not change.
struct MeasurementContext: Sendable {
  let runIdentifier: String
  let version: String
  let seed: Int64
  let clock: Clock
  let kernel: KernelFacts
  let endpoints: EndpointPool
  let makeFault: FaultFactory
  /// Where calls that block in the kernel run; nil: on the thread that runs everything else, as in a guest.
  var blockingExecutor: BlockingExecutor?

  /// Does work that may block its thread in the kernel where it does not delay other measurements' events.
  func blocking<Result, Failure>(
    _ work: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await withTaskExecutorPreference(blockingExecutor, operation: work)
  }

  /// - Parameter startedAt: CLOCK_REALTIME when the measurement began, in nanoseconds.
  func facts(startedAt: Int64) -> RowFacts {
    RowFacts(
      version: version, run: runIdentifier, seed: seed, clock: clock, kernel: kernel,
      startedAt: UTC.iso8601(nanoseconds: startedAt))
  }

  /// The row of a measurement that could not be made.
  func failure(of planned: PlannedMeasurement, because error: any Error) -> ResultRow {
    var log = MeasurementLog()
    log.append(.failed("\(error)"))
    return row(of: log, planned: planned, facts: facts(startedAt: Clocks.realtimeNanoseconds()))
  }
}

/// A measurement ready to begin: its lab stands, its endpoints run, its connection has carried a round trip.
struct PreparedMeasurement: Sendable {
  let planned: PlannedMeasurement
  let context: MeasurementContext
  let lab: Lab
  let server: ServerEndpoint
  let backup: ServerEndpoint?
  let client: RunningEndpoint
  /// The client's process as faults handle it: a different one after a restart.
  let clientEndpoint: ClientEndpoint
  /// The observer's port of the connection under test, and its peer's as the observer sees it.
  let ports: (own: UInt16, peer: UInt16)
  let faults: [Fault: any RunningFault]

  static func prepare(
    _ planned: PlannedMeasurement, in lab: Lab, _ context: MeasurementContext
  ) async throws -> PreparedMeasurement {
    var started: [RunningEndpoint] = []
    do {
      try await planned.setKernel(in: lab)
      func serve(_ host: HostName, _ task: ServerTask) async throws -> ServerEndpoint {
        let server = try await ServerEndpoint.start(in: lab, on: host, task, from: context.endpoints)
        started.append(server.endpoint)
        return server
      }
      let server = try await serve(.server, planned.serverTask(.server))
      let backup = planned.scenario.topology.backup ? try await serve(.backup, planned.serverTask(.backup)) : nil
      let client = context.endpoints.start(.client, in: try lab.host(.client), named: "client")
      started.append(client)
      client.send(.open(planned.clientTask(server: server.address, backup: backup?.address, seed: context.seed)))
      // A herd needs some time to get through a short accept queue.
      let patience = Duration.seconds(planned.scenario.clients > 1 ? 60 : 10)
      var ports = (
        own: try await client.expect("ready", within: patience, RunningEndpoint.readyPort), peer: server.address.port
      )
      if planned.observer == .server {
        ports = (
          own: server.address.port, peer: try await server.endpoint.expect("ready", RunningEndpoint.readyPort)
        )
      }
      let controls = LabProcesses(
        server: server, backup: backup,
        client: ClientEndpoint(client, in: lab, from: context.endpoints))
      var faults: [Fault: any RunningFault] = [:]
      for case .inject(let fault) in planned.scenario.timeline.steps.map(\.action) where faults[fault] == nil {
        let running = try context.makeFault(fault, lab, controls)
        try await context.blocking { try await running.prepare() }
        faults[fault] = running
      }
      return PreparedMeasurement(
        planned: planned, context: context, lab: lab, server: server, backup: backup, client: client,
        clientEndpoint: controls.client, ports: ports, faults: faults)
    } catch {
      for endpoint in started { await endpoint.kill() }
      throw error
    }
  }

  /// Ends all endpoints. The lab is removed with its last reference.
  func tearDown() async {
    for endpoint in [clientEndpoint.endpoint, server.endpoint] + (backup.map { [$0.endpoint] } ?? []) {
      await endpoint.stop()
    }
  }

  /// The endpoint that runs the detector.
  var observer: RunningEndpoint { planned.observer == .client ? client : server.endpoint }

  /// The kernel's state of the connection under test, read without involving the processes at its ends.
  func sampleConnection(_ ports: (own: UInt16, peer: UInt16)) throws -> ConnectionSample {
    let (host, interface) = try observerInterface()
    let before = Instant.now
    let connections = try host.diagnosis.tcpConnections(family: lab.serviceAddress(of: .server).family)
    let after = Instant.now
    guard let socket = connections.first(where: { $0.localPort == ports.own && $0.remotePort == ports.peer }) else {
      throw CampaignError(
        .lab, stage: "sample the connection", "the \(planned.observer.rawValue)'s kernel no longer has it")
    }
    return ConnectionSample(at: .midpoint(before, after), socket: socket, link: try host.netlink.link(interface))
  }

  private func observerInterface() throws -> (NetworkNamespace, Int32) {
    let name: HostName = planned.observer == .client ? .client : .server
    let cable = lab.topology.path.hasRouter && name == .client ? CableName.client : .server
    guard let end = try lab.cable(cable).ends.first(where: { $0.host == name }) else {
      throw CampaignError(.lab, stage: "sample the connection", "the \(name.rawValue) has no interface")
    }
    return (try lab.host(name), end.interface.index)
  }
}

extension RunningEndpoint {
  /// The client's port, from the event of an established connection.
  @Sendable static func readyPort(_ event: Event) -> UInt16? {
    if case .ready(_, let port, _) = event { port } else { nil }
  }
}
