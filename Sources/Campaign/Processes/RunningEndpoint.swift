import EndpointProtocol
import Lab
import LinuxNetwork
import Model
import Synchronization

/// An endpoint in one of the lab's hosts: a process while it plays one role. Its mailbox is its own: what the process
/// says in another role never gets there.
final class RunningEndpoint: Sendable {
  /// `server` or `client`, and whose: for errors.
  let name: String
  let mailbox = Mailbox()
  let process: EndpointProcess
  private let pool: EndpointPool
  /// Whether a fault may have done anything to the process.
  private let isTouched = Mutex(false)

  /// Gives the process its role; the first event is `started`.
  init(
    _ role: EndpointRole, in namespace: NetworkNamespace, named name: String, process: EndpointProcess,
    from pool: EndpointPool
  ) {
    self.name = name
    self.process = process
    self.pool = pool
    process.assume(role, in: namespace, named: name, mailbox)
  }

  func send(_ command: Command) {
    process.send(command, from: mailbox)
  }

  /// The first matching event within `time`.
  ///
  /// - Throws: `CampaignError` if there is none in time, if the endpoint fails, or if it is gone.
  func expect<Match: Sendable>(
    _ what: String, within time: Duration = .seconds(10), _ match: @escaping @Sendable (Event) -> Match?
  ) async throws -> Match {
    // Nothing new comes of one that a fault has killed.
    let patience = wasKilled ? Duration.zero : time
    guard let found = try await mailbox.first(by: .now + patience, match) else {
      try Task.checkCancellation()
      if wasKilled { throw CampaignError(.endpoint, stage: "wait for the \(name)", "a fault has killed it") }
      throw CampaignError(.endpoint, stage: "wait for the \(name)", "no word of '\(what)' within \(time.spelled)")
    }
    return found
  }

  // MARK: - Faults

  /// Whether a fault has killed the process. That is no failure of the measurement: the mailbox only falls silent.
  var wasKilled: Bool { process.wasKilled }

  /// A fault does something to the process that may outlast the role: it gets no other one.
  func touch() {
    isTouched.withLock { $0 = true }
  }

  /// The process's number in the runner's PID namespace, for a fault to do with it what it likes; nil before it runs, and
  /// once it is gone.
  func surrender() -> Int32? {
    touch()
    return process.identifier
  }

  /// SIGKILL, as a fault: the kernel closes its connections. Returns when the signal was sent, once the process is gone.
  func killByFault() async throws -> Moment {
    touch()
    return try await process.killByFault(named: name)
  }

  // MARK: - The end

  /// Lets it abort its connections, and waits until nothing of it is left. The process is kept for another role if the
  /// pool keeps any, no fault has touched it, and it says itself that all is well.
  func stop() async {
    send(.quit)
    if isTouched.withLock({ $0 }) {
      process.resume()
    } else if pool.keeps, await hasEnded() {
      return pool.takeBack(process)
    }
    await process.end()
  }

  /// Kills the process, if it still runs, and waits.
  func kill() async {
    await process.kill()
  }

  private func hasEnded() async -> Bool {
    do {
      return try await mailbox.first(by: .now + .seconds(2)) { if case .ended = $0 { true } else { nil } } ?? false
    } catch {
      // It has failed, or is gone.
      return false
    }
  }
}
