import EndpointProtocol
import Lab
import LinuxNetwork
import Model

// What a measurement cost: requests, traffic, and the herd's return.
extension MeasurementRecord {
  func count(requestsSentAfter t0: Instant, in row: inout ResultRow) {
    let answers = clientEvents.compactMap { event -> Bool? in
      if case .request(let sentAt, let answeredAt) = event, sentAt >= t0 { answeredAt != nil } else { nil }
    }
    row.requestsSent = answers.count
    row.requestsLost = answers.count { !$0 }
  }

  func countHerd(since t0: Instant, in row: inout ResultRow) {
    for case .herd(let declared, let failedOver, let last, let failedAttempts) in clientEvents {
      row.failedAttempts = failover == nil ? nil : failedAttempts
      guard prepared.planned.scenario.clients > 1 else { continue }
      row.clientsDeclared = declared
      row.clientsFailedOver = failedOver
      row.lastFailover = last.map { $0 - t0 }
    }
  }

  func countTraffic(until t0: Instant, in row: inout ResultRow) {
    // Healthy is what no other fault had touched, on one and the same connection.
    let connection = prepared.connection
    let wasDisturbed = spans.contains { span in
      span.start.midpoint < t0 && span.fault.course(for: connection).during != .none
    }
    guard let trafficStart, let atFault, !wasDisturbed,
      trafficStart.socket.localPort == atFault.socket.localPort,
      trafficStart.socket.remotePort == atFault.socket.remotePort
    else { return }
    row.healthy = t0 - trafficStart.at
    let traffic: Traffic
    if prepared.planned.detector.settings.speaksBesideTheConnection {
      traffic = Traffic(from: trafficStart.link, to: atFault.link)
    } else {
      traffic = Traffic(
        from: trafficStart.socket.tcp, to: atFault.socket.tcp,
        networkHeader: prepared.lab.serviceAddress(of: .server).headerSize)
    }
    row.healthySegmentsOut = traffic.segmentsOut
    row.healthySegmentsIn = traffic.segmentsIn
    row.healthyWireBytesOut = traffic.wireBytesOut
    row.healthyWireBytesIn = traffic.wireBytesIn
  }
}

extension DetectorSettings {
  /// Whether its own traffic does not pass on the watched connection: then all of the interface's is counted.
  fileprivate var speaksBesideTheConnection: Bool {
    if case .connect = self { true } else { pinging?.transport == .udp }
  }
}
