import Model
import Results
import Testing

@Suite("Writing CSV")
struct CSVEncoderTests {
  @Test("the header names the columns of schema version 2, in order")
  func header() {
    #expect(
      CSVEncoder.header.text == """
        schema,version,plan,run,scenario,trial,trials_planned,seed,started_at,clock,kernel,hz,path,family,cables,\
        workload,timeline,fault,fault_target,fault_backend,fault_at_s,heal_at_s,fault_uncertainty_s,fault_verdict,\
        detector,mechanism,settings,mode,observer,outcome,reason,signal,detection_s,observed_s,last_heard_s,\
        predicted_min_s,predicted_max_s,within_prediction,recovery_s,failover_s,requests_sent,requests_lost,mistakes,\
        mistake_s,healthy_s,healthy_segments_out,healthy_segments_in,healthy_wire_bytes_out,healthy_wire_bytes_in,lag_s,\
        accuracy_s,clients,clients_declared,clients_failed_over,last_failover_s,failover_policy,failed_attempts,\
        learned_interval_s

        """)
  }

  @Test("a row with every column filled is written exactly, quoted where RFC 4180 asks for it")
  func fullRowIsExact() {
    #expect(
      CSVEncoder.row(fullRow()).text == """
        3,0.1.0,p0123456789abcdef,r1,cable-pull,3,10,7,2026-01-31T12:00:00Z,real,6.18.5,250,routed,ipv4,\
        "server: delay=20ms, loss=0.5%",requests every=200ms timeout=1s,3s inject cable-pull server,cable-pull,server,\
        carrier,3.412,15,0.000084001,confirmed,keepalive,keepalive,idle=1s interval=1s probes=2,act,client,detected,\
        "said ""no"",\nthen nothing",ETIMEDOUT,3.004127,3.004127001,0.000000001,0,3.1,true,-0.005,7875,40,15,0,0,3.25,\
        6,7,396,462,0.00025,2.75,20,19,18,4.5,backoff base=100ms,3,240

        """)
  }

  @Test("what is unknown or does not apply is an empty cell, never 0")
  func bareRowIsEmpty() {
    var row = bareRow()
    row.settings = ""
    #expect(
      CSVEncoder.row(row).text == """
        3,0.1.0,p0123456789abcdef,r1,cable-pull,1,10,7,2026-01-31T12:00:00Z,real,6.18.5,250,routed,ipv4,,idle,\
        3s inject cable-pull server,cable-pull,server,,,,,,keepalive,keepalive,,act,client,error,,,,,,,,,,,,,,,,,,,,,,,,,,,,

        """)
  }

  @Test("random rows are read back as they were written")
  func roundTrip() throws {
    var random = KeyedRandom(seed: 3, "round trip")
    let rows = (1...500).map { randomRow(trial: $0, &random) }
    #expect(try ResultsReader.rows(of: csv(rows), file: "r.csv") == rows)
  }

  private func randomRow(trial: Int, _ random: inout KeyedRandom) -> ResultRow {
    func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
    func maybe<Value>(_ value: Value) -> Value? { random.next() % 3 == 0 ? nil : value }
    func time() -> Duration {
      let size: Int64 = pick([1000, 1_000_000_000, 1_000_000_000_000_000])
      return .nanoseconds(Int64(random.next() % UInt64(size)) - size / 10)
    }
    func length() -> Duration {
      .nanoseconds(Int64(random.next() % pick([1000, 1_000_000_000, 1_000_000_000_000_000_000])))
    }
    func count() -> Int { Int(random.next() % pick([2, 1000, 1_000_000_001])) }
    func text() -> String { pick(["a", "two words", "a,b", "\"", "x\"\"y", "l1\nl2", "cr\r\nlf", "grün ✓", " ,\" "]) }

    var row = ResultRow(
      version: text(), plan: text(), run: text(), scenario: text(), trial: trial,
      trialsPlanned: 1 + Int(random.next() % 1_000_000_000),
      seed: Int64(count()), startedAt: text(), clock: pick(Clock.allCases), kernel: text(),
      hz: pick([24, 100, 250, 10_000]),
      path: pick(Path.allCases), family: pick(AddressFamily.allCases), cables: maybe(text()), workload: text(),
      timeline: text(), fault: pick(FaultKind.allCases), faultTarget: text(), detector: text(),
      mechanism: pick(Mechanism.allCases), settings: pick(["", text()]), mode: pick(DetectorMode.allCases),
      observer: pick(Observer.allCases), outcome: pick(Outcome.allCases))
    row.faultBackend = maybe(text())
    row.faultAt = maybe(length())
    row.healAt = maybe(length())
    row.faultUncertainty = maybe(length())
    row.faultVerdict = maybe(pick(FaultVerdict.allCases))
    row.reason = maybe(text())
    row.signal = maybe(
      pick([
        .errno("EHOSTUNREACH"), .endOfFile, .missedHeartbeats, .requestTimeout, .connectTimeout, .overloaded,
        .carrierLost, .routeLost,
      ]))
    row.detection = time()
    row.observed = time()
    row.lastHeard = maybe(time())
    if let least = maybe(time()) { (row.predictedMin, row.predictedMax) = (least, least + length()) }
    row.withinPrediction = maybe(random.next() % 2 == 0)
    row.recovery = maybe(time())
    row.failover = maybe(time())
    row.requestsSent = maybe(count())
    row.requestsLost = maybe(count())
    row.mistakes = maybe(count())
    row.mistakeTime = maybe(length())
    row.healthy = maybe(length())
    row.healthySegmentsOut = maybe(count())
    row.healthySegmentsIn = maybe(count())
    row.healthyWireBytesOut = maybe(count())
    row.healthyWireBytesIn = maybe(count())
    row.lag = maybe(length())
    row.watchedAlive = maybe(length())
    row.clients = maybe(count())
    row.clientsDeclared = maybe(count())
    row.clientsFailedOver = maybe(count())
    row.lastFailover = maybe(time())
    row.failoverPolicy = maybe(text())
    row.failedAttempts = maybe(count())
    row.learnedInterval = maybe(length())
    return row
  }
}
