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
protocol SideChannel: AnyObject {
  /// What is known from the start.
  func start() -> [DetectorInput]

  /// Whether it carries the heartbeats that are due; if not they go out on the connection.
  var carriesHeartbeats: Bool { get }

  /// A heartbeat is due: sends it, or does in its place what the mechanism does. Returns what came of it at once.
  func send(_ heartbeat: Frame) -> [DetectorInput]

  /// Whether the token is of one of its descriptors.
  func owns(_ token: UInt64) -> Bool

  /// Handles what epoll reports of a descriptor of its own; returns what was found out, in order. Answers are not
  /// sifted.
  func serve(_ ready: Epoll.Ready) -> [DetectorInput]
}

extension SideChannel {
  func start() -> [DetectorInput] { [] }
  var carriesHeartbeats: Bool { false }
  func send(_ heartbeat: Frame) -> [DetectorInput] { [] }
}
