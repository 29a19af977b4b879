import EndpointProtocol
import LinuxSystem
import Model

/// The two ends of the connection that is watched.
struct WatchedPath {
  /// The peer's address and port; the port is the service's if the observer is a client.
  let peer: SocketAddress
  /// The observer's own address on the connection.
  let source: SocketAddress
}

/// Does what a mechanism needs besides the connection: datagrams, further connections, the kernel's notifications.
///
/// Its descriptors leave the loop with its last reference.
protocol SideChannel: AnyObject {
  /// What is known from the start.
  func start() -> [DetectorInput]

  /// Whether it carries the heartbeats; if not, they go out on the connection.
  var carriesHeartbeats: Bool { get }

  /// A heartbeat is due: sends it, or does what the mechanism does instead. Returns what is known at once.
  func send(_ heartbeat: Frame) -> [DetectorInput]

  /// Whether the token belongs to one of its descriptors.
  func owns(_ token: UInt64) -> Bool

  /// Handles what epoll reports of one of its descriptors; returns what was found out, in order. Answers are not
  /// filtered.
  func serve(_ ready: Epoll.Ready) -> [DetectorInput]
}

extension SideChannel {
  func start() -> [DetectorInput] { [] }
  var carriesHeartbeats: Bool { false }
  func send(_ heartbeat: Frame) -> [DetectorInput] { [] }
}
