import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// What every measurement of a run shares, and changes nothing of.
struct MeasurementContext: Sendable {
  let runIdentifier: String
  let version: String
  let seed: Int64
  let kernel: KernelFacts
  let endpointExecutable: String
  let makeFault: FaultFactory
}

/// A measurement ready to begin: its lab stands, its endpoints run, its connection has carried a round trip.
struct PreparedMeasurement: Sendable {
  let planned: PlannedMeasurement
  let context: MeasurementContext
  let lab: Lab
  let server: ServerEndpoint
  let backup: ServerEndpoint?
  let client: EndpointProcess
  /// The client's port of the connection under test, by which sock_diag finds it.
  let localPort: UInt16
  /// The detector's settings as the kernel took them.
  let settings: DetectorSettings
  let faults: [Fault: any RunningFault]

  static func prepare(
    _ planned: PlannedMeasurement, in lab: Lab, _ context: MeasurementContext
  ) async throws -> PreparedMeasurement {
    var started: [EndpointProcess] = []
    do {
      func serve(_ host: HostName) async throws -> ServerEndpoint {
        let server = try await ServerEndpoint.start(
          in: try lab.host(host), at: lab.serviceAddress(of: host), named: host.rawValue,
          executable: context.endpointExecutable)
        started.append(server.process)
        return server
      }
      let scenario = planned.scenario
      let server = try await serve(.server)
      let backup = scenario.topology.backup ? try await serve(.backup) : nil
      let client = EndpointProcess(
        .client, in: try lab.host(.client), named: "client", executable: context.endpointExecutable)
      started.append(client)
      client.send(
        .open(
          ClientTask(
            server: server.address, backup: backup?.address, settings: planned.detector.settings,
            workload: scenario.workload)))
      let (port, settings) = try await client.expect("ready") { event in
        if case .ready(_, let port, let settings) = event { (port, settings) } else { nil }
      }
      var faults: [Fault: any RunningFault] = [:]
      for case .inject(let fault) in scenario.timeline.steps.map(\.action) where faults[fault] == nil {
        let running = context.makeFault(fault, lab, server)
        try await running.prepare()
        faults[fault] = running
      }
      return PreparedMeasurement(
        planned: planned, context: context, lab: lab, server: server, backup: backup, client: client,
        localPort: port, settings: settings, faults: faults)
    } catch {
      for process in started { await process.kill() }
      throw error
    }
  }

  /// Ends all processes. The lab goes with its last reference.
  func tearDown() async {
    for process in [client, server.process] + (backup.map { [$0.process] } ?? []) { await process.stop() }
  }

  /// What the kernel says of the connection under test, without a word to the processes at its ends.
  func sampleConnection() throws -> ConnectionSample {
    let before = Instant.now
    let connections = try lab.host(.client).diagnosis.tcpConnections(family: lab.serviceAddress(of: .server).family)
    let after = Instant.now
    guard let socket = connections.first(where: { $0.localPort == localPort }) else {
      throw CampaignError(.lab, stage: "sample the connection", "the client's kernel no longer has it")
    }
    return ConnectionSample(at: .midpoint(before, after), socket: socket)
  }
}
