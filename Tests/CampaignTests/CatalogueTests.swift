import Campaign
import LinuxSystem
import Model
import TestSupport
import Testing

/// Every fault and every mechanism in whole measurements, over both families and all paths. One run for all, since each
/// waits for seconds.
@Suite("The catalogue", .needsNamespaces)
struct CatalogueTests {
  /// Each fault with the outcome of a heartbeat of 500 ms and 1500 ms, and the path that it takes.
  private static let faults: [(fault: Fault, outcome: Outcome, path: Path)] = [
    (.cablePull(cable: .client), .detected, .routed), (.interfaceDown(host: .client), .detected, .routed),
    (.interfaceDown(host: .server), .detected, .direct),
    (.blackhole(cable: .server, direction: .toClient), .detected, .nat),
    (.impair(cable: .server, direction: .both, Impairment(rate: 1_000_000)), .unaffected, .routed),
    (.routerRestart(downtime: .seconds(5)), .detected, .routed), (.routerCrash, .detected, .nat),
    (.firewallDrop(direction: .toServer), .detected, .routed),
    (.firewallReject(with: .adminProhibited), .detected, .nat),
    (.firewallReject(with: .tcpReset), .detected, .routed), (.natFlush(loose: true), .unaffected, .nat),
    (.natFlush(loose: false), .detected, .nat), (.natTimeout(after: .seconds(3)), .unaffected, .nat),
    (.natRebind, .detected, .nat), (.processKill(host: .server), .detected, .direct),
    (.processStop(host: .server), .detected, .nat), (.hostCrash(host: .server), .detected, .routed),
    (.hostReboot(host: .server, downtime: .milliseconds(300)), .detected, .routed),
    (.cpuSaturation(mode: .stall), .detected, .routed), (.cpuSaturation(mode: .busyLoop), .detected, .direct),
    (.cpuSaturation(mode: .worker), .detected, .routed), (.listenOverflow(host: .server), .unaffected, .routed),
    (.addressChange, .detected, .routed),
  ]

  private static let heartbeat = Scenarios.heartbeat(.milliseconds(500), timeout: .milliseconds(1500))

  private static func name(_ fault: Fault, _ family: AddressFamily) -> String {
    "\(fault.kind.rawValue) \(fault.target) \(family.rawValue)"
  }

  private static let faultRows = Task {
    try await Runs.rows(
      of: AddressFamily.allCases.flatMap { family in
        faults.map { fault, _, path in
          Scenarios.make(
            name(fault, family), fault, [heartbeat], topology: Topology(path: path, family: family),
            observe: .seconds(4), trials: 1)
        }
      })
  }

  @Test("every fault, over both families, is confirmed and does to a heartbeat what it should")
  func everyFault() async throws {
    let rows = try await Self.faultRows.value
    for family in AddressFamily.allCases {
      for (fault, outcome, _) in Self.faults {
        let name = Self.name(fault, family)
        let row = try #require(rows.first { $0.scenario == name })
        #expect(row.faultVerdict == .confirmed, "\(name): \(row.reason ?? "")")
        #expect(row.outcome == outcome, "\(name): \(row.outcome) \(row.reason ?? "")")
      }
    }
  }

  private static let pinging = Pinging(transport: .udp)

  /// All set to notice a silence within two or three seconds.
  private static let mechanisms: [Detector] = [
    Scenarios.none, Scenarios.keepalive(1, 1, 2),
    Detector(name: "user-timeout", settings: .userTimeout(UserTimeoutSettings(timeout: .seconds(2)))),
    Detector(name: "retransmission", settings: .retransmission(RetransmissionSettings(retries2: 2))),
    Detector(
      name: "connect", settings: .connect(ConnectSettings(interval: .milliseconds(500), synRetries: 1))), heartbeat,
    Detector(
      name: "udp",
      settings: .heartbeat(
        HeartbeatSettings(interval: .milliseconds(500), timeout: .milliseconds(1500), pinging: pinging))),
    Detector(
      name: "phi-accrual",
      settings: .phiAccrual(
        PhiAccrualSettings(
          interval: .milliseconds(200), threshold: 8, window: 50, minDeviation: .milliseconds(50)))),
    Detector(
      name: "chen",
      settings: .chen(ChenSettings(interval: .milliseconds(200), margin: .milliseconds(300), window: 50))),
    Detector(
      name: "adaptive",
      settings: .adaptive(
        AdaptiveSettings(
          from: .milliseconds(500), to: .seconds(1), step: .milliseconds(500), successes: 3, timeout: .seconds(1)))),
    Detector(
      name: "overload",
      settings: .overload(
        OverloadSettings(interval: .milliseconds(500), threshold: 0.9, samples: 3, timeout: .milliseconds(1500)))),
    Detector(name: "link-monitor", settings: .linkMonitor), Detector(name: "route-monitor", settings: .routeMonitor),
  ]

  private static let both: [Detector] = mechanisms.filter(\.mechanism.canObserveFromServer).filter { $0.name != "udp" }
    .map { Detector(name: $0.name, settings: $0.settings, observers: [.server]) }

  private static let watching: [Detector] = mechanisms.filter(\.mechanism.canWatch).map {
    Detector(name: $0.name, settings: $0.settings, mode: .watch)
  }

  private static let requests = Workload.requests(every: .milliseconds(400), timeout: .seconds(1))

  private static let mechanismRows = Task {
    try await Runs.measured(
      AddressFamily.allCases.flatMap { family in
        let routed = Topology(family: family)
        let silence = Fault.firewallDrop(direction: .both)
        return [
          Scenarios.make("idle \(family)", silence, mechanisms, topology: routed, observe: .seconds(6), trials: 2),
          Scenarios.make(
            "busy \(family)", silence, mechanisms + [Scenarios.requestTimeout(.seconds(1))], topology: routed,
            workload: requests, observe: .seconds(6), trials: 2),
          Scenarios.make(
            "nat \(family)", .cablePull(cable: .client), mechanisms, topology: Topology(path: .nat, family: family),
            observe: .seconds(6), trials: 1),
          Scenarios.make("server \(family)", silence, both, topology: routed, observe: .seconds(6), trials: 1),
          Scenarios.make(
            "server pushes \(family)", silence, both, topology: routed, workload: .push(every: .milliseconds(400)),
            observe: .seconds(6), trials: 1),
          Scenarios.make(
            "watch \(family)", .cablePull(cable: .client), watching, topology: routed, heal: .seconds(4),
            observe: .seconds(7), trials: 1),
        ]
      })
  }

  private func rows(_ scenario: String) async throws -> [ResultRow] {
    let rows = try await Self.mechanismRows.value.rows.filter { $0.scenario == scenario }
    try #require(!rows.isEmpty)
    return rows
  }

  @Test(
    "no mechanism, from either side, over either family, contradicts its prediction", arguments: AddressFamily.allCases)
  func predictions(family: AddressFamily) async throws {
    let measured = try await Self.mechanismRows.value
    let rows = measured.rows.filter { $0.family == family }
    #expect(rows.count > 50)
    for row in rows {
      let what =
        "\(row.scenario) \(row.detector) \(row.observer) \(row.detection?.inSeconds ?? -1) in "
        + "\(row.predictedMin?.inSeconds ?? -1)...\(row.predictedMax?.inSeconds ?? -1)"
      #expect(row.outcome != .error, "\(what): \(row.reason ?? "")")
      #expect(row.faultVerdict == .confirmed, "\(what): \(row.reason ?? "")")
      // Late by no more than the machine, and never early.
      if row.withinPrediction == false, let detection = row.detection, let latest = row.predictedMax {
        #expect(detection > latest && detection < latest + measured.allowance, "\(what)")
      } else {
        #expect(row.withinPrediction != false, "\(what): \(row.outcome)")
      }
    }
  }

  @Test("who speaks notices a silence, idle or not; who does not speak does not", arguments: AddressFamily.allCases)
  func silence(family: AddressFamily) async throws {
    let speakers = ["keepalive", "connect", "heartbeat", "udp", "phi-accrual", "chen", "adaptive", "overload"]
    for row in try await rows("idle \(family)") {
      #expect(row.outcome == (speakers.contains(row.detector) ? .detected : .missed), "\(row.detector)")
    }
    let patient = ["none", "keepalive", "link-monitor", "route-monitor"]
    for row in try await rows("busy \(family)") {
      #expect(row.outcome == (patient.contains(row.detector) ? .missed : .detected), "\(row.detector)")
    }
    let monitor = try #require(try await rows("nat \(family)").first { $0.detector == "link-monitor" })
    #expect(monitor.outcome == .detected)
    #expect(monitor.signal == .carrierLost)
  }

  @Test(
    "a server notices a silent client; with its own messages in flight by its timers", arguments: AddressFamily.allCases
  )
  func server(family: AddressFamily) async throws {
    for row in try await rows("server \(family)") {
      #expect(row.observer == .server)
      let speaks = ["keepalive", "heartbeat", "phi-accrual", "chen"].contains(row.detector)
      #expect(row.outcome == (speaks ? .detected : .missed), "\(row.detector)")
    }
    let userTimeout = try #require(try await rows("server pushes \(family)").first { $0.detector == "user-timeout" })
    #expect(userTimeout.outcome == .detected)
  }

  @Test("a detector that watches suspects, and trusts again after the heal", arguments: AddressFamily.allCases)
  func watch(family: AddressFamily) async throws {
    for row in try await rows("watch \(family)") {
      // The routes stay when a cable is pulled.
      let notices = row.detector != "route-monitor"
      #expect(row.outcome == (notices ? .detected : .survived), "\(row.detector): \(row.reason ?? "")")
      #expect(row.mistakes == 0, "\(row.detector)")
      #expect(row.mistakeTime == .zero)
      #expect(row.watchedAlive.map { $0 > .seconds(1) } ?? false)
    }
  }

  private static let companyRows = Task {
    var herd = Scenarios.make(
      "herd", .processKill(host: .server), [Scenarios.none], topology: Topology(backup: true), observe: .seconds(6),
      trials: 1)
    herd.clients = 40
    herd.acceptQueue = 4
    var sameServer = Scenarios.make(
      "same server", .processKill(host: .server), [heartbeat], heal: .seconds(2), observe: .seconds(6), trials: 1)
    sameServer.failover = FailoverPolicy(
      target: .server, retry: .backoff(initial: .milliseconds(50), longest: .milliseconds(400), jitter: 0.5))
    let search = Scenarios.make(
      "search", .natTimeout(after: .seconds(2)),
      [
        Detector(
          name: "adaptive",
          settings: .adaptive(
            AdaptiveSettings(
              from: .milliseconds(500), to: .seconds(5), step: .milliseconds(500), successes: 1, timeout: .seconds(1)
            )))
      ], topology: Topology(path: .nat), at: .milliseconds(300), observe: .seconds(14), trials: 1)
    return try await Runs.rows(of: [herd, sameServer, search])
  }

  @Test("a herd comes back through a short accept queue, all of it")
  func herd() async throws {
    let row = try #require(try await Self.companyRows.value.first { $0.scenario == "herd" })
    #expect(row.clients == 40)
    #expect(row.clientsDeclared == 40)
    #expect(row.clientsFailedOver == 40)
    let last = try #require(row.lastFailover)
    #expect(try last >= #require(row.failover))
  }

  @Test("without a backup a client comes back to the same server as soon as that is back")
  func sameServer() async throws {
    let row = try #require(try await Self.companyRows.value.first { $0.scenario == "same server" })
    #expect(row.outcome == .detected)
    #expect(try #require(row.failover) >= .seconds(1))
    #expect(try #require(row.failedAttempts) > 0)
  }

  @Test("an adaptive heartbeat finds the NAT's limit, and the connection lives on")
  func search() async throws {
    let row = try #require(try await Self.companyRows.value.first { $0.scenario == "search" })
    #expect(row.outcome == .missed, "\(row.outcome) \(row.reason ?? "")")
    // The kernel forgets after two to three seconds.
    let learned = try #require(row.learnedInterval)
    #expect(learned >= .milliseconds(1500) && learned <= .milliseconds(2500))
  }
}
