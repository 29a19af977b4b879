import EndpointProtocol
import LinuxSystem
import Model

// What a measurement sends and receives.
extension ClientSession {
  /// Sends a request to the watched peer or, after its declaration, to the failover's server. Without either, the
  /// request is lost at once.
  func send(_ purpose: RequestLog.Purpose) {
    let now = Instant.now
    let sequence = requests.add(purpose, sentAt: now)
    guard let connection = connection ?? replacement else { return requests.loseOutstanding() }
    let padding = purpose == .workload ? task.workload.padding : 0
    let frame = Frame(kind: .request, sequence: sequence, sentAt: now, padding: padding)
    if let end = connection.send([frame]) { ended(connection, by: end) }
  }

  /// Sends a message of the workload to the server to which requests would go.
  func sendMessage() {
    guard let connection = connection ?? replacement else { return }
    let frame = Frame(kind: .message, sequence: messagesSent, sentAt: .now, padding: task.workload.padding)
    messagesSent += 1
    if let end = connection.send([frame]) { ended(connection, by: end) }
  }

  /// Sends the heartbeat that is due at `due`, or lets the side channel do what the mechanism does instead.
  func sendHeartbeat(due: Instant) {
    guard let connection, !isReopening else { return }
    if let end = detectorRunner.sendHeartbeat(due: due, on: connection) { ended(connection, by: end) }
  }

  /// Handles what epoll reports of one of the connections.
  func serve(_ ready: Epoll.Ready, at now: Instant) throws(EndpointError) {
    defer {
      detectorRunner.reconsider(at: now, oldestRequest: requests.oldestOutstanding)
      if phase == .finishing { finishIfSettled(at: now) }
    }
    if detectorRunner.owns(ready.token) { return detectorRunner.serveCompanion(ready, at: now) }
    guard let source = [connection, replacement].compactMap({ $0 }).first(where: { $0.token == ready.token }) else {
      return
    }
    let arrival = source.serve(ready.readiness)
    if isReopening, source === connection, source.isEstablished { try reopened(source, at: now) }
    for frame in arrival.frames { try receive(frame, from: source, at: now) }
    if let end = arrival.end {
      if case .opening = phase { throw openingFailed(end) }
      ended(source, by: end, at: now)
    }
  }

  private func receive(_ frame: Frame, from source: Connection, at now: Instant) throws(EndpointError) {
    if let answer = frame.answer(serverLoad: 0), let end = source.send([answer]) { ended(source, by: end) }
    guard frame.isAnswer else { return }
    let request = frame.kind == .requestAnswer ? requests.answer(frame.sequence, at: now) : nil
    if source === connection {
      answers.add(now)
      detectorRunner.learn(.answer(frame), at: now)
      if case .opening = phase { try opened(source, at: now) }
      reportRecovery()
    } else if request?.purpose == .failover {
      failoverAnswered(at: now)
    }
  }

  private func opened(_ connection: Connection, at now: Instant) throws(EndpointError) {
    phase = .ready
    detectorRunner.turnOn()
    try accompany(connection, at: now)
    try announce(connection, at: now)
  }

  /// Reports that the connection is established, and its options.
  func announce(_ connection: Connection, at now: Instant) throws(EndpointError) {
    let driver = detectorRunner.driver
    let (port, settings) = try during("open") { () throws(SystemError) in
      (try connection.localPort(), try connection.settings(of: driver))
    }
    tell(.ready(at: now, localPort: port, settings: settings))
  }

  /// A connection ended, not closed by this process; `at` is nil if a write just revealed it.
  private func ended(_ connection: Connection, by end: Signal, at: Instant? = nil) {
    if connection === self.connection {
      if detectorRunner.isOn {
        giveUp(end, at: at ?? .now)
      } else if declaredAt == nil {
        // While finishing, the end itself does not matter, but outstanding requests will get no answer.
        self.connection = nil
        requests.loseOutstanding()
      }
    } else if connection === replacement {
      failoverEnded(end.spelled, at: at ?? .now)
    }
  }

  private func openingFailed(_ end: Signal) -> EndpointError {
    EndpointError(
      .inputOutput, stage: "open", "connect to \(task.server.host) port \(task.server.port): \(end.spelled)")
  }
}
