import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// `slow-reader`: the server stops reading its connections. Its kernel acknowledges data until the receive buffers are
/// full, and then announces a zero window (RFC 9293, section 3.8.6.1). Datagrams are still answered, connections still
/// accepted.
///
/// The proof comes from a witness with a connection of its own: the data that it sends after the injection is
/// acknowledged, and stays in the receive queue of the server's kernel, as sock_diag shows it.
public final class SlowReader: RunningFault {
  private let lab: Lab
  private let service: any ServiceControl
  private let witness = Mutex<Witness?>(nil)
  private let isInjected = Mutex(false)

  public init(lab: Lab, service: any ServiceControl) {
    self.lab = lab
    self.service = service
  }

  public var backend: String { "paused-reads" }

  public func prepare() async throws {
    let (lab, service) = (lab, service)
    let witness = try await DedicatedThread.run { try Witness(in: lab, service: service) }
    self.witness.withLock { $0 = witness }
  }

  public func inject() async throws -> Moment {
    let moment = try await service.pause(.reading)
    isInjected.withLock { $0 = true }
    return moment
  }

  public func prove(patience: Duration) async throws -> Proof {
    guard isInjected.withLock({ $0 }), let witness = witness.withLock({ $0 }) else { return Proof.checking([]) }
    _ = try witness.bytesAnswered()
    try witness.ask(service.request)
    // Long enough for an answer, and for the segment to be in the queue.
    let deadline = Instant.now + max(patience, .milliseconds(200))
    while Instant.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
      if try witness.bytesAnswered() > 0 { return Proof(.mismatch, "the service answered a request") }
      let unread = try unread(from: witness.requestPort)
      if unread > 0 { return try await confirmed(witness, unread) }
    }
    return Proof(.inconclusive, "neither an answer nor unread bytes were seen")
  }

  /// A busy server may only be late: only bytes that stay show that the server does not read.
  private func confirmed(_ witness: Witness, _ before: Int) async throws -> Proof {
    try await Task.sleep(for: .milliseconds(100))
    let now = try unread(from: witness.requestPort)
    return Proof.checking([
      ("\(now) bytes of a request lie unread in the server's kernel", now >= before),
      ("a request unanswered", try witness.bytesAnswered() == 0),
    ])
  }

  private func unread(from port: UInt16) throws -> Int {
    let family = lab.serviceAddress(of: .server).family
    let queues = try lab.host(.server).diagnosis.tcpQueues(family: family)
    return queues.first { !$0.isListener && $0.remotePort == port && $0.localPort == service.port }?.receive ?? 0
  }

  public func heal() async throws -> Moment {
    try await service.resume(.reading)
  }

  /// The server itself notices nothing: what it sends is acknowledged.
  static func effect(on connection: ConnectionUnderTest) -> FaultEffect {
    connection.observer == .server ? .none : .notReading
  }
}
