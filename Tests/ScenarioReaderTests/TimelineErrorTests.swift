import ScenarioReader
import Testing

@Suite("Timelines that cannot happen")
struct TimelineErrorTests {
  private func timeline(_ entries: String...) -> String {
    scenario("timeline:\n" + entries.map { "  - {\($0)}" }.joined(separator: "\n"), "expect: [{false_alarms: 0}]")
  }

  @Test("a heal without injection, before it, or at its instant")
  func heals() {
    expectError(timeline("at: 3s, heal: cable-pull"), "7:20", .timeline, "healed at 3s, when it is not in force")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 2s, heal: cable-pull"), "8:20", .timeline,
      "cable-pull is healed at 2s, when it is not in force (expected an injection before it)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 3s, heal: cable-pull"), "8:20", .timeline,
      "at the instant of its injection"
    )
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: blackhole"), "8:20", .timeline, "blackhole is healed")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: cable-pull", "at: 5s, heal: cable-pull"), "9:20", .timeline,
      "not in force")
  }

  @Test("an unknown fault hides no other error of its entry")
  func unknownFault() {
    let reading = ScenarioReader.read(
      text: timeline("at: 3, inject: blackhol, cable: servr, cabel: x"), file: "test.yaml")
    #expect(reading.errors.map(\.code) == [.missingUnit, .unknownWord, .unknownWord, .unknownKey])
  }

  @Test("a saturation that is healed before it can be proven")
  func tooSoon() {
    expectError(
      timeline("at: 3s, inject: cpu-saturation", "at: 4s, heal: cpu-saturation"), "8:20", .timeline,
      "healed after 1s, too soon to be proven")
    expectError(
      timeline("at: 3s, inject: cpu-saturation, for: 1s"), "7:22", .timeline, "healed after 1s, too soon to be proven")
  }

  @Test("an injection while the fault is in force, or at the instant of its heal")
  func injections() {
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, inject: cable-pull, cable: client"), "8:22", .timeline,
      "cable-pull is injected again at 4s, while the one of 3s is in force (expected a heal in between)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: cable-pull", "at: 4s, inject: cable-pull"), "9:22",
      .timeline,
      "at the instant of its heal")
    expectError(
      timeline(
        "at: 3s, inject: router-restart, downtime: 300ms, every: 1s, times: 3",
        "at: 4200ms, inject: router-restart, downtime: 1s"), "8:26", .timeline, "while the one of 4s is in force")
  }

  @Test("a heal of a fault that ends by itself")
  func healOfRestart() {
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s", "at: 5s, heal: router-restart"), "8:20", .timeline,
      "router-restart ends by itself (expected heal only of cable-pull, interface-down, blackhole, impair, firewall-drop,"
    )
  }

  @Test("entries beyond the window")
  func beyond() {
    expectError(
      timeline("at: 9s, inject: cable-pull"), "7:10", .timeline, "9s lies beyond the window (expected before 9s)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 12s, heal: cable-pull"), "8:10", .timeline, "12s lies beyond")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s, times: 4"), "7:10", .timeline,
      "the last router-restart ends at 10s, beyond the window")
  }

  @Test("repetitions")
  func repetitions() {
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 1s, times: 2"), "7:59", .timeline,
      "a router-restart every 1s while one takes 1s (expected more than the downtime)")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s"), "7:52", .missingKey,
      "`every` without `times` (expected both or neither)")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, times: 2"), "7:52", .missingKey, "`times` without `every`"
    )
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s, times: 0"), "7:70", .outOfRange)
    expectError(timeline("at: 3s, inject: router-restart"), "7:5", .missingKey, "lacks `downtime`")
  }

  @Test("entries that do both or nothing")
  func verbs() {
    expectError(
      timeline("at: 3s, inject: cable-pull, heal: cable-pull"), "7:34", .contradiction, "both injects and heals")
    expectError(timeline("at: 3s, cable: server"), "7:5", .missingKey, "neither injects nor heals")
    let misspelled = errors(in: timeline("at: 3s, injekt: cable-pull"))
    #expect(misspelled.map(\.code) == [.missingKey, .unknownKey])
    #expect(misspelled.last?.message.contains("did you mean `inject`?") == true)
    expectError(timeline("inject: cable-pull"), "7:5", .missingKey, "lacks `at`")
  }

  @Test("cables and routers that the topology lacks")
  func topology() {
    func text(_ topology: String, _ entry: String) -> String {
      scenario("topology: {\(topology)}", "timeline: [{at: 3s, \(entry)}]")
    }
    expectError(
      text("path: direct", "inject: cable-pull, cable: client"), "6:48", .topology,
      "the direct path has no cable `client` (expected server)")
    expectError(
      text("path: routed", "inject: blackhole, cable: backup"), "6:47", .topology,
      "there is no cable `backup` without a backup server (expected topology: {backup: true}, or client or server)")
    expectError(
      text("path: direct", "inject: router-restart, downtime: 1s"), "6:29", .topology,
      "the direct path has no router for a router-restart")
    expectError(
      text("path: direct, backup: true, cables: {client: {delay: 1ms}}", "inject: cable-pull"), "3:49", .topology,
      "no cable `client` (expected server or backup)")
    #expect(errors(in: text("path: direct, backup: true", "inject: cable-pull, cable: backup")) == [])
  }

  @Test("different faults need a `measure`, and it must be one of them")
  func measure() {
    let both = ["at: 3s, inject: cable-pull", "at: 4s, inject: cpu-saturation"]
    let text = timeline(both[0], both[1])
    expectError(text, "7:3", .missingKey, "no `measure`", "(expected measure: cable-pull or cpu-saturation)")
    expectError(text + "measure: blackhole\n", "12:10", .contradiction, "blackhole is not injected")
    expectError(text + "measure: flood\n", "12:10", .unknownWord, "unknown fault `flood`")
    #expect(errors(in: text + "measure: cpu-saturation\n") == [])
  }

  @Test("a fault that is for good is neither healed nor repeated")
  func forGood() {
    expectError(
      timeline("at: 3s, inject: router-crash", "at: 5s, heal: router-crash"), "8:20", .timeline,
      "router-crash is for good: nothing heals it (expected heal only of cable-pull,")
    expectError(
      timeline("at: 3s, inject: host-crash", "at: 5s, inject: host-crash"), "8:22", .timeline,
      "host-crash is injected again, but it is for good (expected one injection)")
    expectError(timeline("at: 3s, inject: host-crash, times: 2"), "7:34", .unknownKey, "`times` belongs to")
    expectError(timeline("at: 3s, inject: host-reboot, downtime: 1s, for: 2s"), "7:49", .unknownKey, "`for` belongs to")
  }

  @Test("a flapping that contradicts itself")
  func flapping() {
    expectError(
      timeline("at: 3s, inject: cable-pull, every: 1s, times: 3"), "7:34", .missingKey,
      "`every` and `times` without `for` (expected how long each cable-pull lasts, such as for: 1s)")
    expectError(
      timeline("at: 3s, inject: cable-pull, for: 1s, every: 1s, times: 3"), "7:50", .timeline,
      "a cable-pull every 1s while one takes 1s (expected more than `for`)")
    expectError(
      timeline("at: 3s, inject: cable-pull, for: 1s, every: 2s"), "7:43", .missingKey, "`every` without `times`")
    expectError(timeline("at: 3s, inject: cable-pull, for: 0s"), "7:39", .outOfRange)
    expectError(
      timeline("at: 3s, inject: cable-pull, for: 1s, every: 2s, times: 4"), "7:10", .timeline,
      "the last cable-pull ends at 10s, beyond the window")
    expectError(
      timeline("at: 3s, inject: cable-pull, for: 3s", "at: 5s, heal: cable-pull"), "8:20", .timeline,
      "cable-pull is healed at 5s, but the one of 3s has a `for`")
    expectError(
      timeline("at: 3s, inject: cable-pull, for: 3s", "at: 7s, heal: cable-pull"), "8:20", .timeline, "not in force")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 1020ms, times: 2"), "7:59", .timeline,
      "only 20ms from one router-restart to the next")
    expectError(timeline("at: 3s, inject: host-reboot, downtime: 9ms"), "7:45", .outOfRange, "at least 10ms")
  }

  @Test("a change of an impairment is no second injection, unless it is of something else")
  func changes() {
    #expect(
      errors(
        in: timeline("at: 3s, inject: impair, delay: 1s", "at: 4s, inject: impair, loss: 1%", "at: 5s, heal: impair"))
        == [])
    for change in ["loss: 1%, cable: client", "loss: 1%, direction: to-server", "loss: 1%, for: 1s"] {
      expectError(
        timeline("at: 3s, inject: impair, delay: 1s", "at: 4s, inject: impair, \(change)"), "8:22", .timeline,
        "impair is injected again at 4s, while the one of 3s is in force", "same cable and direction")
    }
    expectError(
      timeline("at: 3s, inject: impair, delay: 1s", "at: 3s, inject: impair, loss: 1%"), "8:22", .timeline,
      "at the instant of its injection")
  }

  @Test("faults of the network may overlap, a blackhole on an impaired cable too")
  func overlaps() {
    #expect(
      errors(
        in: timeline("at: 3s, inject: cable-pull", "at: 4s, inject: blackhole, cable: client") + "measure: blackhole\n")
        == [])
    #expect(
      errors(
        in: scenario("topology: {cables: {server: {rate: 1mbit}}}", "timeline: [{at: 3s, inject: blackhole}]")) == [])
    #expect(
      errors(
        in: timeline("at: 3s, inject: firewall-drop", "at: 4s, inject: firewall-reject") + "measure: firewall-drop\n")
        == [])
  }

  @Test("what is without power, stuck or gone can do nothing else")
  func conflicts() {
    for (first, second, machine) in [
      ("router-restart, downtime: 2s", "firewall-drop", "the router"), ("firewall-drop", "router-crash", "the router"),
      ("router-crash", "router-restart, downtime: 1s", "the router"),
      ("host-crash", "process-kill", "the server"), ("interface-down", "host-reboot, downtime: 1s", "the server"),
      ("process-stop", "cpu-saturation", "the server's process"),
      ("slow-reader", "cpu-saturation", "the server's process"),
      ("listen-overflow", "process-kill", "the server's process"),
    ] {
      let text = timeline("at: 3s, inject: \(first)", "at: 4s, inject: \(second)")
      let name = first.prefix { $0 != "," }
      expectError(
        text, "8:22", .timeline, "while the \(name) of 3s has hold of \(machine) (expected one after the other)")
    }
    #expect(
      errors(
        in: timeline("at: 3s, inject: process-stop, for: 1s", "at: 5s, inject: slow-reader") + "measure: slow-reader\n")
        == [])
  }

  @Test("routers, NAT, backups and ICMP codes that the topology lacks")
  func lacks() {
    func text(_ topology: String, _ entry: String) -> String {
      scenario("topology: {\(topology)}", "timeline: [{at: 3s, inject: \(entry)}]")
    }
    for fault in ["router-crash", "firewall-drop", "firewall-reject"] {
      expectError(
        text("path: direct", fault), "6:29", .topology,
        "the direct path has no router for a \(fault) (expected topology: {path: routed})")
      #expect(errors(in: text("path: nat", fault)) == [])
    }
    for fault in ["nat-flush", "nat-timeout, after: 1s", "nat-rebind"] {
      expectError(text("path: routed", fault), "6:29", .topology, "the routed path has no NAT", "{path: nat}")
      expectError(text("path: direct", fault), "6:29", .topology, "the direct path has no NAT")
      #expect(errors(in: text("path: nat", fault)) == [])
    }
    expectError(
      text("backup: false", "listen-overflow, host: backup"), "6:52", .topology, "there is no backup server")
    for code in ["prot-unreachable", "net-prohibited", "host-prohibited"] {
      expectError(
        text("family: ipv6", "firewall-reject, with: \(code)"), "6:52", .topology, "IPv6 has no \(code)",
        "(expected tcp-reset, net-unreachable, host-unreachable, port-unreachable or admin-prohibited)")
      #expect(errors(in: text("family: ipv4", "firewall-reject, with: \(code)")) == [])
    }
  }

  @Test("a fault that strikes the detectors themselves")
  func observers() {
    func text(_ entry: String, _ detectors: String) -> String {
      scenario(
        "detectors: [\(detectors)]", "timeline: [{at: 3s, inject: \(entry)}]",
        "expect: [{false_alarms: 0, observer: \(detectors.contains("observer") ? "server" : "client")}]")
    }
    for entry in [
      "process-kill, host: client", "process-stop, host: client", "host-crash, host: client",
      "host-reboot, host: client, downtime: 1s",
    ] {
      expectError(
        text(entry, "none, link-monitor"), "6:29", .contradiction,
        "strikes the client, from where none and link-monitor watch",
        "(expected detectors with observer: server, or host: server)")
      #expect(errors(in: text(entry, "none: {observer: server}")) == [])
    }
    for entry in ["process-kill", "host-crash, host: server", "cpu-saturation", "slow-reader"] {
      expectError(
        text(entry, "none: {observer: both}"), "6:29", .contradiction, "strikes the server, from where none watches")
      #expect(errors(in: text(entry, "none")) == [])
    }
  }

  @Test("a slow reader that gets no data")
  func slowReader() {
    func text(_ workload: String, _ detectors: String) -> String {
      scenario(
        "workload: \(workload)", "detectors: [\(detectors)]", "timeline: [{at: 3s, inject: slow-reader}]",
        "expect: [{false_alarms: 0}]")
    }
    for workload in ["idle", "{push: {every: 1s}}"] {
      expectError(text(workload, "none, keepalive: {}"), "6:29", .contradiction, "a slow-reader that gets no data")
      expectError(
        text(workload, "heartbeat: {interval: 1s, timeout: 2s, transport: udp}"), "6:29", .contradiction, "gets no data"
      )
      #expect(errors(in: text(workload, "heartbeat: {interval: 1s, timeout: 2s}")) == [])
    }
    #expect(errors(in: text("{trickle: {every: 1s}}", "none")) == [])
  }

  @Test("parameters that are missing, or words that are unknown")
  func parameters() {
    expectError(
      scenario("timeline: [{at: 3s, inject: nat-timeout}]", "topology: {path: nat, backup: true}"), "6:12", .missingKey,
      "lacks `after`")
    expectError(
      timeline("at: 3s, inject: interface-down, host: router"), "7:44", .unknownWord, "(expected client or server)")
    expectError(
      timeline("at: 3s, inject: listen-overflow, host: client"), "7:45", .unknownWord, "(expected server or backup)")
    expectError(
      timeline("at: 3s, inject: firewall-reject, with: tcp-rest"), "7:45", .unknownWord, "did you mean `tcp-reset`?")
    expectError(
      timeline("at: 3s, inject: listen-overflw, host: backup"), "7:22", .unknownWord, "did you mean `listen-overflow`?")
    expectError(
      scenario("topology: {path: nat, backup: true}", "timeline: [{at: 3s, inject: nat-flush, loose: maybe}]"), "6:47",
      .wrongType, "true or false")
  }
}
