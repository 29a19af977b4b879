import EndpointProtocol
import Model

// Mode `act`: what follows when the peer is declared dead.
extension ClientSession {
  /// Declares the peer dead: the connection is reset, its requests are lost, and the failover begins if there is one.
  func declare(_ signal: Signal, at now: Instant) {
    declaredAt = now
    tell(.declared(at: now, signal: signal))
    connection?.abort()
    connection = nil
    detectorRunner.turnOff()
    requests.loseOutstanding()
    startFailover(at: now)
  }

  /// The heal took effect at `at`. A workload without requests never shows it, and heartbeats only later, so one
  /// request is sent: the round trip that proves it. A later heal replaces one whose round trip is still awaited.
  func healed(at: Instant) {
    guard detectorRunner.isOn else { return }
    healedAt = at
    if requestTimeout == nil { send(.recovery) }
    reportRecovery()
  }

  /// Reports the first answer after the heal, once.
  func reportRecovery() {
    guard let heal = healedAt, let answer = answers.first(after: heal) else { return }
    healedAt = nil
    tell(.recovered(at: answer))
  }
}
