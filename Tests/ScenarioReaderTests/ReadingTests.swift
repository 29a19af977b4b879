import Model
import ScenarioReader
import Testing

@Suite("Reading valid scenarios")
struct ReadingTests {
  @Test("the shortest scenario gets every default")
  func defaults() throws {
    let scenario = try read(
      """
      version: 1
      name: short
      detectors: [none, keepalive: {}]
      timeline: [{at: 3s, inject: cable-pull}]
      observe: 9s
      """)
    #expect(
      scenario
        == Scenario(
          name: "short",
          detectors: [
            Detector(name: "none", settings: .none),
            Detector(
              name: "keepalive",
              settings: .keepalive(KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9))),
          ],
          timeline: Timeline(entries: [
            TimelineEntry(at: .seconds(3), action: .inject(.cablePull(cable: .server), repetition: nil))
          ]),
          measured: .cablePull, observe: .seconds(9)))
    #expect(scenario.topology == Topology())
    #expect(scenario.workload == .idle)
    #expect(scenario.trials == 10)
  }

  @Test("every key is understood")
  func everything() throws {
    let scenario = try read(
      """
      version: 1
      name: every-key_of v1.0
      summary: One sentence.
      topology:
        path: routed
        family: ipv4
        backup: true
        cables:
          client: {delay: 20ms, jitter: 5ms, loss: 0.5%}
          backup: {rate: 1.5gbit}
      workload:
        requests: {every: 200ms, timeout: 1s}
      detectors:
        - none: {name: control}
        - keepalive: {idle: 1s, interval: 1000ms, probes: 2, userTimeout: 3s}
        - heartbeat: {interval: 0.5s, timeout: 2m}
        - request-timeout
        - request-timeout: {name: patient, timeout: 1h}
      timeline:
        - {at: 4s, heal: blackhole}
        - {at: 3s, inject: blackhole, cable: server, direction: to-server}
        - {at: 6s, inject: router-restart, downtime: 300ms, every: 1s, times: 3}
        - {at: 5s, inject: cpu-saturation, mode: busy-loop}
      measure: blackhole
      observe: 20s
      trials: 7
      expect:
        - {detector: heartbeat, observer: client, outcome: detected, within: 3s}
        - {percentile: 99.9, within: 20us}
        - {failover: 1s}
        - {recovery: 2s}
        - {requests_lost: 3}
        - {false_alarms: 0}
      """)
    #expect(scenario.name == "every-key_of v1.0")
    #expect(scenario.summary == "One sentence.")
    #expect(
      scenario.topology
        == Topology(
          backup: true,
          impairments: [
            .client: Impairment(
              delay: .milliseconds(20), jitter: .milliseconds(5), loss: 0.005),
            .backup: Impairment(rate: 1_500_000_000),
          ]))
    #expect(scenario.workload == .requests(every: .milliseconds(200), timeout: .seconds(1)))
    #expect(scenario.detectors.map(\.name) == ["control", "keepalive", "heartbeat", "request-timeout", "patient"])
    #expect(
      scenario.detectors.map(\.settings.spelled) == [
        "", "idle=1s interval=1s probes=2 userTimeout=3s", "interval=500ms timeout=120s", "timeout=1s", "timeout=3600s",
      ])
    #expect(
      scenario.timeline.spelled
        == "3s inject blackhole server to-server; 4s heal blackhole; 5s inject cpu-saturation server mode=busy-loop; "
        + "6s inject router-restart router downtime=300ms every=1s times=3")
    #expect(scenario.measured == .blackhole)
    #expect(scenario.observe == .seconds(20))
    #expect(scenario.trials == 7)
    #expect(
      scenario.expectations.map(\.condition) == [
        .outcome(.detected, within: .seconds(3)), .percentile(99.9, within: .microseconds(20)),
        .failover(within: .seconds(1)), .recovery(within: .seconds(2)), .requestsLost(atMost: 3),
        .falseAlarms(atMost: 0),
      ])
    #expect(scenario.expectations.map(\.detector) == ["heartbeat", nil, nil, nil, nil, nil])
    #expect(scenario.expectations.first?.location == "test.yaml:28:5")
  }

  @Test(
    "durations are read exactly",
    arguments: [
      ("3s", 3_000_000_000), ("1500ms", 1_500_000_000), ("20us", 20_000), ("2m", 120_000_000_000),
      ("30d", 2_592_000_000_000_000), ("1h", 3_600_000_000_000), ("0.5s", 500_000_000), ("1.050s", 1_050_000_000),
      ("7ns", 7), ("0.1us", 100),
    ] as [(String, Int64)])
  func durations(text: String, nanoseconds: Int64) throws {
    #expect(
      try read(scenario("workload: {requests: {every: 1s, timeout: \(text)}}")).workload
        == .requests(every: .seconds(1), timeout: .nanoseconds(nanoseconds)))
  }

  @Test("every spelling that the model writes can be read", arguments: [1, 999, 1000, 20_000_000, 90_000_000_000])
  func spellings(nanoseconds: Int64) throws {
    let duration = Duration.nanoseconds(nanoseconds)
    #expect(
      try read(scenario("workload: {requests: {every: 1s, timeout: \(duration.spelled)}}")).workload
        == .requests(every: .seconds(1), timeout: duration))
  }

  @Test("a file may hold several scenarios, and a call several files")
  func documents() {
    let reading = ScenarioReader.read([
      ScenarioFile(name: "a.yaml", text: scenario("name: a") + "---\n" + scenario("name: b")),
      ScenarioFile(name: "c.yaml", text: scenario("name: c")),
    ])
    #expect(reading.errors == [])
    #expect(reading.scenarios.map(\.name) == ["a", "b", "c"])
  }

  @Test("anchors and aliases work")
  func aliases() throws {
    let scenario = try read(
      scenario(
        "workload: {requests: {every: &short 200ms, timeout: &long 1s}}",
        "detectors: [keepalive: &settings {idle: *long, interval: *long, probes: 2}, heartbeat: {interval: *short, timeout: *long}]"
      ))
    #expect(
      scenario.detectors.map(\.settings.spelled) == ["idle=1s interval=1s probes=2", "interval=200ms timeout=1s"])
  }

  @Test("a byte order mark, CRLF line ends, comments and quotes make no difference")
  func spelling() throws {
    let plain = try read(scenario())
    let text = scenario("name: 'test' # quoted", "observe: \"9s\"").replacing("\n", with: "\r\n")
    #expect(try read("\u{FEFF}# first\r\n" + text).observe == plain.observe)
    expectError("\u{FEFF}" + scenario("observe: 9").replacing("\n", with: "\r\n"), "7:10", .missingUnit)
  }

  @Test("one fault after another of the same kind needs no `measure`, and heals may be left out")
  func repeatedFaults() throws {
    let timeline =
      "timeline: [{at: 1s, inject: cable-pull}, {at: 2s, heal: cable-pull}, {at: 3s, inject: cable-pull, cable: client}]"
    #expect(try read(scenario(timeline)).timeline.steps.count == 3)
  }

  @Test("a fault that flaps is unrolled with its heals")
  func flapping() throws {
    let flapping = try read(
      scenario("timeline: [{at: 1s, inject: cable-pull, for: 500ms, every: 2s, times: 3}]")
    ).timeline
    #expect(flapping.spelled == "1s inject cable-pull server for=500ms every=2s times=3")
    #expect(
      flapping.steps
        == [1000, 3000, 5000].flatMap { start in
          [
            TimelineStep(at: .milliseconds(start), action: .inject(.cablePull(cable: .server))),
            TimelineStep(at: .milliseconds(start + 500), action: .heal(.cablePull)),
          ]
        })
    let once = try read(scenario("timeline: [{at: 1s, inject: impair, delay: 1s, for: 2s}]")).timeline
    #expect(once.spelled == "1s inject impair server delay=1s for=2s")
    #expect(once.steps.map(\.at) == [.seconds(1), .seconds(3)])
    let reboots = try read(
      scenario("timeline: [{at: 1s, inject: host-reboot, downtime: 1s, every: 3s, times: 2}]")
    ).timeline
    #expect(reboots.spelled == "1s inject host-reboot server downtime=1s every=3s times=2")
    #expect(reboots.steps.map(\.at) == [.seconds(1), .seconds(2), .seconds(4), .seconds(5)])
  }

  @Test("faults have their defaults")
  func faultDefaults() throws {
    for (entry, fault) in [
      ("interface-down", Fault.interfaceDown(host: .server)), ("firewall-drop", .firewallDrop(direction: .both)),
      ("firewall-reject", .firewallReject(with: .tcpReset)), ("nat-flush", .natFlush(loose: true)),
      ("process-kill", .processKill(host: .server)), ("process-stop", .processStop(host: .server)),
      ("host-crash", .hostCrash(host: .server)), ("cpu-saturation", .cpuSaturation(mode: .busyLoop)),
      ("listen-overflow", .listenOverflow(host: .server)),
      ("impair, loss: 1%", .impair(cable: .server, direction: .both, Impairment(loss: 0.01))),
    ] {
      let scenario = try read(
        scenario("topology: {path: nat, backup: true}", "timeline: [{at: 3s, inject: \(entry)}]"))
      #expect(scenario.timeline.steps == [TimelineStep(at: .seconds(3), action: .inject(fault))])
    }
  }
}
