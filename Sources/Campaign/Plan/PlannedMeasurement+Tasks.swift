import EndpointProtocol
import Lab
import LinuxNetwork
import Model

// The tasks of the endpoints of a planned measurement.
extension PlannedMeasurement {
  private var watch: Watch { Watch(settings: detector.settings, mode: detector.mode) }

  /// The connection under test, as faults affect it and the observer sees it.
  var connection: ConnectionUnderTest { scenario.connection(of: detector, seenBy: observer) }

  /// Decides what the lab's cables do to which frame: the same for all detectors of a trial.
  func labSeed(_ seed: Int64) -> Int64 {
    var random = KeyedRandom(seed: seed, scenario.name, "lab", "\(trial)")
    return Int64(bitPattern: random.next())
  }

  /// Port 7000; the server fills in its host's address itself.
  func serverTask(_ host: HostName) -> ServerTask {
    ServerTask(
      address: EndpointAddress(host: "", port: 7000), acceptQueue: scenario.acceptQueue,
      receiveBuffer: scenario.hasSlowReader ? Self.shortReceiveBuffer : nil,
      responder: detector.settings.pinging?.responder ?? .eventLoop,
      watching: host == .server && observer == .server ? watch : nil,
      workload: host == .server && scenario.workload.sender == .server ? scenario.workload : .idle)
  }

  func clientTask(server: EndpointAddress, backup: EndpointAddress?, seed: Int64) -> ClientTask {
    var random = KeyedRandom(seed: seed, scenario.name, "client", detector.name, "\(trial)")
    return ClientTask(
      server: server, backup: backup, watching: observer == .client ? watch : Watch(settings: .none),
      workload: scenario.workload.sender == .server ? .idle : scenario.workload,
      failover: observer == .client ? scenario.failover : nil, clients: scenario.clients, seed: random.next())
  }

  /// Sets the kernel's own limits in the observer's namespace, before a socket copies them.
  func setKernel(in lab: Lab) async throws {
    guard let settings = detector.settings.traits.kernelLimits else { return }
    let host = try lab.host(observer == .client ? .client : .server)
    let sysctls = [
      settings.retries2.map { Sysctl("net/ipv4/tcp_retries2", "\($0)") },
      settings.rtoMax.map { Sysctl("net/ipv4/tcp_rto_max_ms", "\($0.inNanoseconds / 1_000_000)") },
    ].compactMap { $0 }
    let refused = try await host.run { sysctls.filter { !$0.writeIfPossible() } }
    if let first = refused.first {
      throw CampaignError(
        .unsupported, stage: "set \(first.name) to \(first.value)",
        "this kernel, or a read-only /proc/sys, does not let it be set")
    }
  }

  /// SO_RCVBUF of a server that will stop reading: small, so that its window closes after one or two messages.
  private static let shortReceiveBuffer = 4096
}

extension Scenario {
  fileprivate var hasSlowReader: Bool {
    timeline.faults.contains { $0.kind.nature.pauses == .reading }
  }
}
