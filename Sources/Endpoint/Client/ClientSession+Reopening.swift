import EndpointProtocol
import LinuxSystem
import Model

// What a measurement makes of its mechanism's verdict, and how it opens the connection anew for a mechanism that asks
// for it.
extension ClientSession {
  /// Declares the peer dead, unless the mechanism would rather open the connection anew.
  func giveUp(_ signal: Signal, at now: Instant) {
    guard phase == .running, detectorRunner.driver.reopens(at: now) else { return declare(signal, at: now) }
    do throws(EndpointError) {
      try reopen(at: now)
    } catch {
      declare(signal, at: now)
    }
  }

  /// Sets up what the mechanism needs beside the connection, which stands.
  func accompany(_ connection: Connection, at now: Instant) throws(EndpointError) {
    let source = try during("open") { () throws(SystemError) in try connection.localAddress() }
    try detectorRunner.accompany(WatchedPath(peer: server, source: source), on: loop, at: now)
  }

  /// The connection is given up for a new one to the same server. What was outstanding is lost.
  private func reopen(at now: Instant) throws(EndpointError) {
    connection?.abort()
    connection = nil
    detectorRunner.loseConnection()
    requests.loseOutstanding()
    connection = try connect()
    isReopening = true
  }

  /// The connection that was opened anew stands: its first heartbeat is sent at once.
  func reopened(_ connection: Connection, at now: Instant) throws(EndpointError) {
    isReopening = false
    try accompany(connection, at: now)
    try announce(connection, at: now)
    sendHeartbeat(due: now)
  }
}
