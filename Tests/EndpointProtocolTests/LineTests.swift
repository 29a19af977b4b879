import EndpointProtocol
import Model
import Testing

@Suite("Lines between runner and endpoint")
struct LineTests {
  static let commands: [Command] = [
    .assume(.server, namespace: nil), .assume(.client, namespace: "/proc/12/fd/34"),
    .listen(ServerTask(address: EndpointAddress(host: "fd00::1", port: 0))),
    .listen(
      ServerTask(
        address: EndpointAddress(host: "::", port: 7000), acceptQueue: 2, receiveBuffer: 4096, responder: .ioThread,
        watching: Watch(settings: .linkMonitor, mode: .watch), workload: .push(every: .seconds(1), size: 99))),
    .open(
      ClientTask(
        server: EndpointAddress(host: "::1", port: 1),
        watching: Watch(
          settings: .phiAccrual(
            PhiAccrualSettings(
              interval: .seconds(1), threshold: 8.5, window: 100, minDeviation: .milliseconds(10),
              pinging: Pinging(transport: .udp, responder: .ioThread, depth: .worker))), mode: .watch),
        workload: .trickle(every: .seconds(5)),
        failover: FailoverPolicy(
          target: .server, retry: .backoff(initial: .milliseconds(100), longest: .seconds(5), jitter: 0.5)),
        clients: 20, seed: .max)),
    .pause(.reading), .resume(.accepting),
    .open(
      ClientTask(
        server: EndpointAddress(host: "10.0.2.1", port: 7000), watching: Watch(settings: .none), workload: .idle)),
    .open(
      ClientTask(
        server: EndpointAddress(host: "10.0.2.1", port: 7000), backup: EndpointAddress(host: "10.0.3.1", port: 65535),
        watching: Watch(
          settings: .keepalive(
            KeepaliveSettings(idle: .seconds(1), interval: .seconds(2), probes: 3, userTimeout: .milliseconds(1500)))),
        workload: .requests(every: .milliseconds(200), timeout: .seconds(1)))),
    .open(
      ClientTask(
        server: EndpointAddress(host: "::1", port: 1),
        watching: Watch(
          settings: .keepalive(KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9))),
        workload: .idle)),
    .open(
      ClientTask(
        server: EndpointAddress(host: "::1", port: 1),
        watching: Watch(
          settings: .heartbeat(HeartbeatSettings(interval: .microseconds(250), timeout: .nanoseconds(1_234_567_891)))),
        workload: .idle)),
    .open(
      ClientTask(
        server: EndpointAddress(host: "::1", port: 1),
        watching: Watch(settings: .requestTimeout(RequestTimeoutSettings(timeout: .seconds(3)))),
        workload: .requests(every: .seconds(1), timeout: .milliseconds(1)))),
    .begin(at: Instant(nanoseconds: 1)), .mark(t0: Instant(nanoseconds: .max)), .healed(at: Instant(nanoseconds: 0)),
    .finish, .saturate(.busyLoop), .relieve, .reportCPU, .quit,
  ]

  static let events: [Event] = [
    .started(at: Instant(nanoseconds: 5)), .ended(at: Instant(nanoseconds: 5)),
    .listening(at: Instant(nanoseconds: 6), port: 40_000),
    .saturated(before: Instant(nanoseconds: 7), after: Instant(nanoseconds: 8)),
    .relieved(before: Instant(nanoseconds: 7), after: Instant(nanoseconds: 8), cpuTime: .nanoseconds(999_999_999)),
    .cpuTime(.zero, at: Instant(nanoseconds: 9)), .cpuTime(nil, at: Instant(nanoseconds: 9)),
    .ready(at: Instant(nanoseconds: 10), localPort: 50_000, settings: .none),
    .ready(
      at: Instant(nanoseconds: 10), localPort: 50_000,
      settings: .keepalive(KeepaliveSettings(idle: .seconds(1), interval: .seconds(1), probes: 2))),
    .marked(ApplicationState()),
    .marked(
      ApplicationState(
        connectingSince: Instant(nanoseconds: 1),
        arrivals: ArrivalEstimate(
          mean: .seconds(1), deviation: .microseconds(1), nextArrival: Instant(nanoseconds: 2), interval: .seconds(4)))),
    .paused(.reading, before: Instant(nanoseconds: 1), after: Instant(nanoseconds: 2)),
    .resumed(.accepting, before: Instant(nanoseconds: 1), after: Instant(nanoseconds: 2)),
    .suspected(at: Instant(nanoseconds: 1), signal: .overloaded), .trusted(at: Instant(nanoseconds: 2)),
    .learned(.seconds(240), at: Instant(nanoseconds: 3)),
    .herd(declared: 3, failedOver: 2, lastFailover: Instant(nanoseconds: 3), failedAttempts: 1),
    .herd(declared: 3, failedOver: 0, lastFailover: nil, failedAttempts: 0),
    .marked(
      ApplicationState(
        lastAnswer: Instant(nanoseconds: 1), oldestUnansweredRequest: Instant(nanoseconds: 2),
        nextRequest: Instant(nanoseconds: 3), nextHeartbeat: Instant(nanoseconds: 4))),
    .declared(at: Instant(nanoseconds: 11), signal: .errno("ETIMEDOUT")),
    .declared(at: Instant(nanoseconds: 11), signal: .endOfFile),
    .declared(at: Instant(nanoseconds: 11), signal: .missedHeartbeats),
    .declared(at: Instant(nanoseconds: 11), signal: .requestTimeout),
    .recovered(at: Instant(nanoseconds: 12)), .failedOver(at: Instant(nanoseconds: 13)),
    .failoverFailed(at: Instant(nanoseconds: 14), reason: "connect to 10.0.3.1 port 7000: No route to host"),
    .request(sentAt: Instant(nanoseconds: 15), answeredAt: nil),
    .request(sentAt: Instant(nanoseconds: 15), answeredAt: Instant(nanoseconds: 16)),
    .finished(at: Instant(nanoseconds: 17), lag: .microseconds(80)),
    .failed(stage: "open", message: "100 % = two\nlines\tand caf\u{e9} \u{1F980}"),
    .failed(stage: "", message: ""),
  ]

  @Test("every command survives the way through its line", arguments: commands)
  func command(_ command: Command) throws {
    #expect(try Command(line: command.line) == command)
  }

  @Test("every event survives the way through its line", arguments: events)
  func event(_ event: Event) throws {
    #expect(!event.line.contains("\n"))
    #expect(try Event(line: event.line) == event)
  }

  @Test("a line is words that people can read")
  func spelling() {
    let declared = Event.declared(at: Instant(nanoseconds: 42), signal: .errno("ETIMEDOUT"))
    #expect(declared.line == "declared at=42 signal=ETIMEDOUT")
    #expect(Event.failed(stage: "open", message: "a b%").line == "failed stage=open message=a%20b%25")
    #expect(
      Self.commands[8].line
        == "open server=10.0.2.1 port=7000 backup=10.0.3.1 backup-port=65535 mechanism=keepalive idle=1s interval=2s "
        + "probes=3 userTimeout=1500ms mode=act workload=requests every=200ms request-timeout=1s size=24 clients=1 "
        + "seed=0")
  }

  @Test(
    "a bad line is refused by its bad word",
    arguments: [
      ("", ""), ("dance", "dance"), ("begin", "at"), ("begin at", "at"), ("begin at=soon", "at=soon"),
      ("begin at=1 at=2", "at=2"), ("begin at=1 port=2", "port=2"), ("begin =1", "=1"),
      ("listen host=::1 port=65536", "port=65536"), ("saturate mode=rest", "mode=rest"),
      ("listen host=a%2 port=1", "host=a%2"),
      ("open server=::1 port=1 mechanism=guess workload=idle", "mechanism=guess"),
      ("open server=::1 port=1 mechanism=none mode=act workload=rush", "workload=rush"),
      ("open server=::1 port=1 backup=::2 mechanism=none mode=act workload=idle", "backup-port"),
      ("open server=::1 port=1 mechanism=request-timeout timeout=5 workload=idle", "timeout=5"),
      (
        "open server=::1 port=1 mechanism=request-timeout timeout=99999999999s workload=idle",
        "timeout=99999999999s"
      ),
    ])
  func malformed(line: String, word: String) throws {
    let error = #expect(throws: MalformedLine.self) { try Command(line: line) }
    #expect(error?.word == word)
    #expect(error?.line == line)
  }

  @Test("a bad event is refused by its bad word")
  func malformedEvent() throws {
    let error = #expect(throws: MalformedLine.self) { try Event(line: "declared at=1 signal=boredom") }
    #expect(error?.word == "signal=boredom")
    #expect(error?.description == "'signal=boredom': expected a signal, in 'declared at=1 signal=boredom'")
    #expect(throws: MalformedLine.self) { try Event(line: "finish") }
  }
}
