import EndpointProtocol
import LinuxSystem
import Model

// How a measurement acts on its mechanism's verdict, and reopens the connection for a mechanism that asks for it.
extension ClientSession {
  /// Declares the peer dead, unless the mechanism asks to reopen the connection.
  func giveUp(_ signal: Signal, at now: Instant) {
    guard phase == .running, detectorRunner.driver.reopens(at: now) else { return declare(signal, at: now) }
    do throws(EndpointError) {
      try reopen(at: now)
    } catch {
      declare(signal, at: now)
    }
  }

  /// Sets up what the mechanism needs besides the connection, which is established.
  func accompany(_ connection: Connection, at now: Instant) throws(EndpointError) {
    let source = try during("open") { () throws(SystemError) in try connection.localAddress() }
    try detectorRunner.accompany(WatchedPath(peer: server, source: source), on: loop, at: now)
  }

  /// Gives up the connection for a new one to the same server. Outstanding requests are lost.
  private func reopen(at now: Instant) throws(EndpointError) {
    connection?.abort()
    connection = nil
    detectorRunner.loseConnection()
    requests.loseOutstanding()
    connection = try connect()
    isReopening = true
  }

  /// The reopened connection is established: sends its first heartbeat at once.
  func reopened(_ connection: Connection, at now: Instant) throws(EndpointError) {
    isReopening = false
    try accompany(connection, at: now)
    try announce(connection, at: now)
    sendHeartbeat(due: now)
  }
}
