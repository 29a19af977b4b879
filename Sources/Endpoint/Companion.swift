import EndpointProtocol
import LinuxSystem
import Model

/// The two ends of the connection that is watched.
struct WatchedPath {
  /// The peer's address, and its port: that of the service, if the observer is a client.
  let peer: SocketAddress
  /// The observer's own address on the connection.
  let source: SocketAddress
}

/// Does what a mechanism needs beside the connection: datagrams, further connections, the kernel's notifications.
///
/// Its descriptors leave the loop with its last reference.
protocol Companion: AnyObject {
  /// What is known from the start.
  func start() -> [Evidence]

  /// Whether it carries the heartbeats that are due; if not they go out on the connection.
  var carriesHeartbeats: Bool { get }

  /// A heartbeat is due: sends it, or does in its place what the mechanism does. Returns what came of it at once.
  func send(_ heartbeat: Frame) -> [Evidence]

  /// Whether the token is of one of its descriptors.
  func owns(_ token: UInt64) -> Bool

  /// Handles what epoll reports of a descriptor of its own; returns what was found out, in order. Answers are not
  /// sifted.
  func serve(_ ready: Epoll.Ready) -> [Evidence]
}

extension Companion {
  func start() -> [Evidence] { [] }
  var carriesHeartbeats: Bool { false }
  func send(_ heartbeat: Frame) -> [Evidence] { [] }
}
