import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// `listen-overflow`: the host's accept queue is full. Established connections are not affected; the SYNs of new ones
/// are dropped, and their senders retransmit them (net/ipv4/tcp_input.c, tcp_conn_request: sk_acceptq_is_full).
///
/// The server stops accepting, and a witness host fills the queue with connections of its own. The proof is the kernel's
/// count of the queue.
public final class ListenOverflow: RunningFault {
  private let lab: Lab
  private let service: any ServiceControl
  private let host: ListeningHost
  private let state = Mutex(State())

  private struct State {
    var crowd: Crowd?
    var isInjected = false
  }

  public init(lab: Lab, service: any ServiceControl, host: ListeningHost) {
    self.lab = lab
    self.service = service
    self.host = host
  }

  public var backend: String { "paused-accepts" }

  public func prepare() async throws {
    let (lab, host, port) = (lab, host.name, service.port)
    let crowd = try await DedicatedThread.run { try Crowd(in: lab, facing: host, port: port) }
    state.withLock { $0.crowd = crowd }
  }

  public func inject() async throws -> Moment {
    guard let crowd = state.withLock({ $0.crowd }) else {
      throw LabError("listen-overflow", "prepare() was not called")
    }
    _ = try await service.pause(.accepting)
    let deadline = Instant.now + .seconds(10)
    var queue = try queue()
    var moment = Moment(before: .now, after: .now)
    while !queue.isFull {
      if Instant.now > deadline {
        throw LabError("listen-overflow", "\(queue.receive) connections wait after 10 s, of \(queue.send) that may")
      }
      // The kernel refuses another connection only when more than the backlog are waiting.
      let missing = queue.send + 1 - queue.receive
      let before = Instant.now
      try await crowd.connect(missing > 1 ? missing - 1 : 1)
      queue = try self.queue()
      moment = Moment(before: before, after: .now)
    }
    state.withLock { $0.isInjected = true }
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    guard let crowd = state.withLock({ $0.isInjected ? $0.crowd : nil }) else { return Proof.checking([]) }
    let before = try await overflows()
    // This adds one more connection, whose SYN is dropped at once: the path to the witness takes microseconds.
    try await crowd.connect(1, waiting: 0)
    let deadline = Instant.now + .milliseconds(500)
    var dropped = 0
    repeat {
      try await Task.sleep(for: .milliseconds(5))
      dropped = try await overflows() - before
    } while dropped == 0 && Instant.now < deadline
    let queue = try queue()
    return Proof.checking([
      ("\(queue.receive) connections wait in an accept queue of \(queue.send)", queue.isFull),
      ("\(dropped) attempts to connect were dropped", dropped > 0),
    ])
  }

  public func heal() async throws -> Moment {
    // The crowd leaves first: its connections are reset, so the server does not have to serve them.
    state.withLock { $0.crowd }?.leave()
    let before = Instant.now
    _ = try await service.resume(.accepting)
    let deadline = Instant.now + .seconds(5)
    while try queue().isFull {
      if Instant.now > deadline { throw LabError("listen-overflow", "the queue is still full after 5 s") }
      try await Task.sleep(for: .milliseconds(1))
    }
    return Moment(before: before, after: .now)
  }

  /// New connections to the server are not accepted: a check by connecting sees only that.
  static func effect(of host: ListeningHost, on connection: ConnectionUnderTest) -> FaultEffect {
    guard host == .server, connection.opensNewConnections else { return .none }
    return .pathBroken(Silence(hostUnreachable: false, newConnections: .dropped))
  }

  private func queue() throws -> SocketQueues {
    let family = lab.serviceAddress(of: host.name).family
    let queues = try lab.host(host.name).diagnosis.tcpQueues(family: family)
    guard let queue = queues.first(where: { $0.isListener && $0.localPort == service.port }) else {
      throw LabError("listen-overflow", "nothing listens on port \(service.port) of the \(host.rawValue)")
    }
    return queue
  }

  /// The host's counter TcpExtListenOverflows.
  private func overflows() async throws -> Int {
    try await lab.host(host.name).run { try NetworkStatistics.extendedTCP("ListenOverflows") }
  }
}

extension SocketQueues {
  /// sk_acceptq_is_full (include/net/sock.h): more connections than the backlog are waiting.
  fileprivate var isFull: Bool { receive > send }
}

extension ListeningHost {
  var name: HostName {
    switch self {
    case .server: .server
    case .backup: .backup
    }
  }
}
