import EndpointProtocol
import LinuxSystem
import Model

// What a measurement sends and receives.
extension Measurement {
  /// Sends a request to the watched peer, or after its declaration to the backup; without either it is lost at once.
  func send(_ purpose: RequestLog.Purpose) {
    let now = Instant.now
    let sequence = requests.add(purpose, sentAt: now)
    guard let connection = connection ?? backup else { return requests.loseOutstanding() }
    let frame = Frame(kind: .request, sequence: sequence, sentAt: now)
    if let end = connection.send([frame]) { ended(connection, by: end) }
  }

  func sendHeartbeat() {
    guard let connection else { return }
    let frame = Frame(kind: .heartbeat, sequence: heartbeatsSent, sentAt: .now)
    heartbeatsSent += 1
    if let end = connection.send([frame]) { ended(connection, by: end) }
  }

  /// Handles what epoll reports of one of the connections.
  func serve(_ ready: Epoll.Ready, at now: Instant) throws(EndpointError) {
    guard let source = [connection, backup].compactMap({ $0 }).first(where: { $0.token == ready.token }) else { return }
    let arrival = source.serve(ready.readiness)
    for frame in arrival.frames { try receive(frame, from: source, at: now) }
    if let end = arrival.end {
      if case .opening = phase { throw openingFailed(end) }
      ended(source, by: end, at: now)
    }
  }

  private func receive(_ frame: Frame, from source: Connection, at now: Instant) throws(EndpointError) {
    guard frame.isAnswer else { return }
    let request = frame.kind == .requestAnswer ? requests.answer(frame.sequence, at: now) : nil
    if source === connection {
      answers.add(now)
      if driver.counts(frame.kind) { signsOfLife.add(now) }
      if case .opening = phase { try opened(source, at: now) }
      reportRecovery()
    } else if request?.purpose == .failover {
      failover = .over
      tell(.failedOver(at: now))
    }
  }

  private func opened(_ connection: Connection, at now: Instant) throws(EndpointError) {
    let driver = driver
    let (port, settings) = try during("open") { () throws(SystemError) in
      (try connection.localPort(), try connection.settings(of: driver))
    }
    phase = .ready
    tell(.ready(at: now, localPort: port, settings: settings))
  }

  /// A connection ended by itself; `at` is nil if a write just showed it.
  private func ended(_ connection: Connection, by end: Signal, at: Instant? = nil) {
    if connection === self.connection {
      if isWatching {
        declare(end, at: at ?? .now)
      } else if declaredAt == nil {
        // While finishing nobody asks any more; but nothing outstanding will be answered.
        self.connection = nil
        requests.loseOutstanding()
      }
    } else if connection === backup {
      backupEnded(end.spelled, at: at ?? .now)
    }
  }

  private func openingFailed(_ end: Signal) -> EndpointError {
    EndpointError(
      .inputOutput, stage: "open", "connect to \(task.server.host) port \(task.server.port): \(end.spelled)")
  }
}
