import EndpointProtocol
import Model

// What a measurement cost: requests, traffic, and the herd's return.
extension RowMaker {
  /// Why the attempts of the failover failed, one by one.
  var failedAttempts: [String] {
    measurement.events(of: .client).compactMap { if case .failoverFailed(_, let reason) = $0 { reason } else { nil } }
  }

  func countAttempts(in row: inout ResultRow) {
    row.failedAttempts = measurement.failover == nil ? nil : failedAttempts.count
  }

  /// Only a client that has finished has reported all its requests.
  func countRequests(since t0: Instant, in row: inout ResultRow) {
    let hasFinished = measurement.events(of: .client).contains { if case .finished = $0 { true } else { false } }
    guard case .requests = planned.scenario.workload, hasFinished else { return }
    let answers = measurement.events(of: .client).compactMap { event -> Bool? in
      if case .request(let sentAt, let answeredAt) = event, sentAt >= t0 { answeredAt != nil } else { nil }
    }
    row.requestsSent = answers.count
    row.requestsLost = answers.count { !$0 }
  }

  func countHerd(since t0: Instant, in row: inout ResultRow) {
    for case .herd(let declared, let failedOver, let last, let failedAttempts) in measurement.events(of: .client) {
      row.failedAttempts = measurement.failover == nil ? nil : failedAttempts
      guard planned.scenario.clients > 1 else { continue }
      row.clientsDeclared = declared
      row.clientsFailedOver = failedOver
      row.lastFailover = last.map { $0 - t0 }
    }
  }

  /// Traffic counts as healthy if no other fault affected it, and all of it is on one connection.
  func countTraffic(until t0: Instant, in row: inout ResultRow) {
    guard let start = measurement.sample(.healthy), let end = measurement.sample(.fault),
      !faults.haveDisturbed(before: t0), start.localPort == end.localPort, start.remotePort == end.remotePort
    else { return }
    row.healthy = t0 - start.at
    let traffic =
      planned.detector.settings.traits.speaksBesideConnection
      ? end.interface - start.interface
      : (end.connection - start.connection)
        .withHeaders(of: planned.scenario.topology.family, usesTimestamps: end.usesTimestamps)
    row.healthySegmentsOut = traffic.segmentsOut
    row.healthySegmentsIn = traffic.segmentsIn
    row.healthyWireBytesOut = traffic.bytesOut
    row.healthyWireBytesIn = traffic.bytesIn
  }
}
