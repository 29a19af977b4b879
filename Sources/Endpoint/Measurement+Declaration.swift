import EndpointProtocol
import LinuxSystem
import Model

// Mode `act`: what follows when the peer is declared dead.
extension Measurement {
  /// Declares the peer dead: the connection is reset, its requests are lost, and the backup takes over if there is one.
  func declare(_ signal: Signal, at now: Instant) {
    declaredAt = now
    tell(.declared(at: now, signal: signal))
    connection?.abort()
    connection = nil
    requests.loseOutstanding()
    guard let backupAddress else { return }
    failover = .underWay(deadline: now + Measurement.failoverTimeout)
    do throws(SystemError) {
      let socket = try Sockets.tcp(family: backupAddress.family)
      backup = try Connection(connecting: socket, to: backupAddress, on: loop)
    } catch {
      return backupEnded(error.description, at: .now)
    }
    // The first on the new connection, so the first to be answered; it goes out when the connection stands.
    send(.failover)
  }

  /// The backup is gone, or never came: its requests are lost, and all later ones too.
  func backupEnded(_ reason: String, at now: Instant) {
    backup?.abort()
    backup = nil
    requests.loseOutstanding()
    if case .underWay = failover { tell(.failoverFailed(at: now, reason: reason)) }
    failover = .over
  }

  /// The heal took effect at `at`. An idle workload might never show it, and heartbeats only later, so one request is
  /// sent: the round trip that proves it. A later heal takes the place of one whose round trip is still awaited.
  func healed(at: Instant) {
    guard isWatching else { return }
    healedAt = at
    if task.workload == .idle { send(.recovery) }
    reportRecovery()
  }

  /// Reports the first answer after the heal, once.
  func reportRecovery() {
    guard let heal = healedAt, let answer = answers.first(after: heal) else { return }
    healedAt = nil
    tell(.recovered(at: answer))
  }
}
