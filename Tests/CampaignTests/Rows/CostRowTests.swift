import EndpointProtocol
import Lab
import Model
import Testing

@testable import Campaign

@Suite("What a row says of the cost")
struct CostRowTests {
  private typealias Staged = StagedMeasurement
  private let busy = Workload.requests(every: .milliseconds(200), timeout: .seconds(1), size: 100)

  @Test("requests count if they were sent after t0, and are lost if nobody answered in time")
  func requests() {
    var staged = StagedMeasurement(workload: busy)
    staged.inject()
    staged.end()
    for (sent, answered) in [(4.9, 4.91), (5.1, 5.2), (5.3, nil), (5.5, nil)] as [(Double, Double?)] {
      staged.tell(.request(sentAt: Staged.at(sent), answeredAt: answered.map(Staged.at)))
    }
    #expect(staged.row.requestsSent == nil, "the client has not told of all of them yet")
    staged.tell(.finished(at: Staged.at(21), lag: .milliseconds(2)))
    #expect(staged.row.requestsSent == 3 && staged.row.requestsLost == 2 && staged.row.lag == .milliseconds(2))
  }

  @Test("without requests in the workload none are counted")
  func noRequests() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.end()
    staged.tell(.finished(at: Staged.at(21), lag: .zero))
    #expect(staged.row.requestsSent == nil && staged.row.requestsLost == nil)
  }

  @Test("traffic is what the connection carried from the healthy sample to the one at t0, with all headers")
  func traffic() {
    var staged = StagedMeasurement()
    staged.sample(
      .healthy, at: 0.5, connection: TrafficCounters(segmentsOut: 10, segmentsIn: 8, bytesOut: 100, bytesIn: 80))
    staged.inject()
    staged.sample(
      .fault, at: 5.002, connection: TrafficCounters(segmentsOut: 20, segmentsIn: 13, bytesOut: 200, bytesIn: 140))
    staged.end()
    let row = staged.row
    #expect(row.healthy == .milliseconds(4500) && row.healthySegmentsOut == 10 && row.healthySegmentsIn == 5)
    // Ethernet 14, IPv4 20, TCP 20 and its timestamps 12 for each segment.
    #expect(row.healthyWireBytesOut == 100 + 10 * 66 && row.healthyWireBytesIn == 60 + 5 * 66)
    var six = StagedMeasurement(topology: Topology(family: .ipv6))
    six.sample(.healthy, at: 0.5)
    six.inject()
    six.sample(.fault, at: 5, connection: TrafficCounters(segmentsOut: 1, segmentsIn: 0, bytesOut: 0, bytesIn: 0))
    #expect(six.row.healthyWireBytesOut == 86)
  }

  @Test("traffic of a mechanism that speaks beside the connection is all of the interface's")
  func interface() {
    let settings = HeartbeatSettings(
      interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(transport: .udp))
    var staged = StagedMeasurement(detector: Detector(name: "udp", settings: .heartbeat(settings)))
    staged.sample(.healthy, at: 0.5)
    staged.inject()
    staged.sample(
      .fault, at: 5, connection: TrafficCounters(segmentsOut: 5, segmentsIn: 5, bytesOut: 5, bytesIn: 5),
      interface: TrafficCounters(segmentsOut: 9, segmentsIn: 8, bytesOut: 700, bytesIn: 600))
    #expect(staged.row.healthySegmentsOut == 9 && staged.row.healthyWireBytesIn == 600)
  }

  @Test("traffic is not told of another connection, nor where another fault came before")
  func noTraffic() {
    var reopened = StagedMeasurement()
    reopened.sample(.healthy, at: 0.5, port: 40_000)
    reopened.inject()
    reopened.sample(.fault, at: 5, port: 40_001)
    #expect(reopened.row.healthy == nil && reopened.row.healthySegmentsOut == nil)
    var disturbed = StagedMeasurement(
      [
        .inject(.blackhole(cable: .server, direction: .both), at: 1), .heal(.blackhole, at: 2),
        .inject(Staged.cablePull, at: 5),
      ], measured: .cablePull)
    disturbed.sample(.healthy, at: 0.5)
    disturbed.inject(0, at: 1)
    disturbed.heal(1, at: 2)
    disturbed.inject(2, at: 5)
    disturbed.sample(.fault, at: 5)
    #expect(disturbed.row.healthy == nil)
  }

  @Test("a failover counts from t0 to the first answer of the backup, and its failed attempts")
  func failover() {
    let policy = FailoverPolicy(target: .backup)
    var staged = StagedMeasurement(topology: Topology(backup: true), failover: policy)
    staged.inject()
    staged.declare(at: 8)
    staged.tell(.failoverFailed(at: Staged.at(8.1), reason: "connect: ECONNREFUSED"))
    staged.tell(.failedOver(at: Staged.at(8.5)))
    staged.end(at: 8.5)
    let row = staged.row
    #expect(row.failover == .milliseconds(3500) && row.failedAttempts == 1 && row.failoverPolicy == policy.spelled)
    #expect(row.reason == nil && row.observed == .seconds(3))
  }

  @Test("a failover that never succeeded says why its last attempt failed")
  func failedFailover() {
    var staged = StagedMeasurement(topology: Topology(backup: true))
    staged.inject()
    staged.declare(at: 8)
    for reason in ["connect: ETIMEDOUT", "connect: EHOSTUNREACH"] {
      staged.tell(.failoverFailed(at: Staged.at(9), reason: reason))
    }
    staged.end()
    #expect(staged.row.failover == nil && staged.row.failedAttempts == 2)
    #expect(staged.row.reason == "failover failed: connect: EHOSTUNREACH")
  }

  @Test("a server that observes fails over to nobody")
  func serverObserves() {
    var staged = StagedMeasurement(observer: .server, topology: Topology(backup: true))
    staged.inject()
    staged.declare(at: 8)
    staged.end(at: 8)
    #expect(staged.row.failoverPolicy == nil && staged.row.failedAttempts == nil && staged.row.outcome == .detected)
  }

  @Test("a herd is counted with the time of the last that was answered, a single client is not")
  func herd() {
    for (clients, counted) in [(5, true), (1, false)] {
      var staged = StagedMeasurement(topology: Topology(backup: true), clients: clients)
      staged.inject()
      staged.declare(at: 8)
      staged.end()
      staged.tell(.herd(declared: 5, failedOver: 4, lastFailover: Staged.at(9), failedAttempts: 3))
      let row = staged.row
      #expect(row.clients == clients && row.failedAttempts == 3)
      #expect(row.clientsDeclared == (counted ? 5 : nil) && row.clientsFailedOver == (counted ? 4 : nil))
      #expect(row.lastFailover == (counted ? .seconds(4) : nil))
    }
  }
}
