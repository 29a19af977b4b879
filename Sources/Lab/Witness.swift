import Glibc
import LinuxNetwork
import LinuxSystem
import Model

/// A separate host, wired directly to the server, that observes what the server's kernel and process still do.
///
/// It has its own link and its own connections, so its traffic does not affect the connection under test.
final class Witness: Sendable {
  private let namespace: NetworkNamespace
  /// AF_INET or AF_INET6.
  private let family: Int32
  /// Carries requests: does the process answer?
  private let requests: WitnessConnection
  /// Stays idle with keepalive at one second: does the kernel answer?
  private let idle: WitnessConnection

  /// Connects to `service` on the lab's server. Blocks, and creates a namespace: call it only on a thread of your own.
  init(in lab: Lab, service: any ServiceControl) throws {
    let attachment = try lab.attachWitness(to: .server)
    namespace = attachment.namespace
    family = attachment.hostAddress.family
    let host = "\(attachment.hostAddress)"
    guard let address = SocketAddress(host: host, port: service.port) else {
      throw LabError("connect the witness", "\(host) is not an address")
    }
    (requests, idle) = try namespace.runBlocking {
      (try WitnessConnection(to: address, keepalive: false), try WitnessConnection(to: address, keepalive: true))
    }
    try requests.send(service.request)
    guard try requests.waitForBytes(milliseconds: 2000) > 0 else {
      throw LabError("connect the witness", "the healthy server does not answer its request within 2 s")
    }
  }

  /// The witness's port on the connection that carries requests.
  var requestPort: UInt16 { requests.localPort }

  /// Sends one request; whether it was answered shows in `bytesAnswered`.
  func ask(_ request: [UInt8]) throws {
    try requests.send(request)
  }

  /// Bytes that came back since the last call.
  func bytesAnswered() throws -> Int {
    try requests.waitForBytes(milliseconds: 0)
  }

  /// The witness's kernel counters of keepalive.
  struct Keepalive: Sendable {
    /// TcpExtTCPKeepAlive: probes sent.
    var probesSent: Int
    /// Segments that came in on the idle connection.
    var segmentsIn: Int
    /// Probes that are still unanswered.
    var unanswered: Int
  }

  func keepalive() async throws -> Keepalive {
    let port = idle.localPort
    let tcp = try namespace.diagnosis.tcpConnections(family: family).first { $0.localPort == port }?.tcp
    guard let tcp else { throw LabError("ask the witness", "its idle connection is gone") }
    let probes = try await namespace.run { try NetworkStatistics.extendedTCP("TCPKeepAlive") }
    return Keepalive(probesSent: probes, segmentsIn: tcp.segmentsIn, unanswered: tcp.probes)
  }
}

/// One connection of the witness; it is aborted, not closed, so that no state lingers.
private final class WitnessConnection: Sendable {
  private let descriptor: OwnedDescriptor
  let localPort: UInt16

  /// Connects from the calling thread's namespace, within two seconds.
  init(to address: SocketAddress, keepalive: Bool) throws {
    let socket = try Sockets.tcp(family: address.family)
    if keepalive {
      try socket.setOption(.keepIdle, to: 1)
      try socket.setOption(.keepInterval, to: 1)
      try socket.setOption(.keepAlive, to: 1)
    }
    try socket.abortOnClose()
    try socket.startConnecting(to: address)
    guard socket.isReady(for: POLLOUT, milliseconds: 2000) else {
      throw LabError("connect the witness", "\(address) does not accept within 2 s")
    }
    if let error = try socket.takeError() { throw SystemError("connect the witness to \(address)", error) }
    localPort = try socket.localPort()
    descriptor = socket
  }

  func send(_ bytes: [UInt8]) throws { try descriptor.writeAll(bytes) }

  /// How many bytes have come in, after waiting at most this long for the first.
  func waitForBytes(milliseconds: Int32) throws -> Int {
    guard descriptor.isReady(for: POLLIN, milliseconds: milliseconds) else { return 0 }
    return try descriptor.read(upTo: 4096).count
  }
}

extension OwnedDescriptor {
  /// poll(2): whether one of `events` (or an error) is pending within `milliseconds`.
  fileprivate borrowing func isReady(for events: Int32, milliseconds: Int32) -> Bool {
    var request = pollfd(fd: raw, events: Int16(events), revents: 0)
    return poll(&request, 1, milliseconds) > 0
  }
}
