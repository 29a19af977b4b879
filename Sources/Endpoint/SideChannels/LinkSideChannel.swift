import EndpointProtocol
import LinuxSystem
import Model

/// Follows the carrier of the interface through which the peer was reached when the connection was established.
final class LinkSideChannel: SideChannel {
  private let notifications: RouteNotifications
  private let interface: Int32
  private let hadCarrier: Bool
  private let token: UInt64

  init(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) {
    let token = loop.newToken()
    self.token = token
    // The subscription comes before the first look, so that no change in between is missed.
    notifications = try during("open", .unsupported) { () throws(SystemError) in
      let notifications = try RouteNotifications([.links])
      try loop.add(notifications.descriptor, for: .readable, token: token)
      return notifications
    }
    (interface, hadCarrier) = try during("open") { () throws(SystemError) in
      let query = try RouteQuery()
      let interface = try query.interface(to: path.peer, from: path.source)
      return (interface, try query.hasCarrier(interface))
    }
  }

  func start() -> [DetectorInput] { hadCarrier ? [] : [.pathLost] }

  func owns(_ token: UInt64) -> Bool { token == self.token }

  /// Reads one announcement per turn of the loop, so that the verdict on a lost carrier is passed before its return is
  /// read.
  func serve(_ ready: Epoll.Ready) -> [DetectorInput] {
    do throws(SystemError) {
      return try (notifications.next() ?? []).filter { $0.interface == interface }.map {
        $0.hasCarrier ? .pathRestored : .pathLost
      }
    } catch {
      // Notifications were lost (ENOBUFS, netlink(7)): only the present state is still known.
      return state()
    }
  }

  private func state() -> [DetectorInput] {
    do throws(SystemError) {
      return [try RouteQuery().hasCarrier(interface) ? .pathRestored : .pathLost]
    } catch {
      return [.pathLost]
    }
  }
}
