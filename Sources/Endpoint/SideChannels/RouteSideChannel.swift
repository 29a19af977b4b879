import EndpointProtocol
import Glibc
import LinuxSystem
import Model

/// Asks the kernel for the route to the peer, from the connection's own address, whenever anything changes that it may
/// depend on. A route that was gone and came back before it could ask was never missed.
///
/// An IPv4 address that is removed takes the route with it, as the kernel refuses to route from an address that is not
/// its own; for IPv6 it does not check that, and only the routes themselves count.
final class RouteSideChannel: SideChannel {
  private let path: WatchedPath
  private let notifications: RouteNotifications
  private let query: RouteQuery
  private let token: UInt64

  init(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) {
    let token = loop.newToken()
    self.path = path
    self.token = token
    (notifications, query) = try during("open", .unsupported) { () throws(SystemError) in
      // Links too: routes that go with their interface go without a notification of their own.
      let notifications = try RouteNotifications([.links, .addresses(path.peer.family), .routes(path.peer.family)])
      try loop.add(notifications.descriptor, for: .readable, token: token)
      return (notifications, try RouteQuery())
    }
  }

  func start() -> [DetectorInput] { look() }

  func owns(_ token: UInt64) -> Bool { token == self.token }

  func serve(_ ready: Epoll.Ready) -> [DetectorInput] {
    do throws(SystemError) {
      while try notifications.next() != nil {}
      // A link's change is announced before its routes follow; this waits until they have.
      try query.awaitChange()
    } catch {
      // Lost notifications (ENOBUFS) are a change like any other.
    }
    return look()
  }

  private func look() -> [DetectorInput] {
    do throws(SystemError) {
      _ = try query.interface(to: path.peer, from: path.source)
      return [.pathRestored]
    } catch {
      // What fails here for want of memory or of room in a buffer says nothing of the route.
      return error.errno.meansNoRoute ? [.pathLost] : []
    }
  }
}

extension Errno {
  /// Whether RTM_GETROUTE says by it that the peer cannot be reached from the source (`inet_rtm_getroute`,
  /// net/ipv4/route.c; `inet6_rtm_getroute`, net/ipv6/route.c).
  fileprivate var meansNoRoute: Bool {
    [ENETUNREACH, EHOSTUNREACH, EINVAL, EACCES, ENODEV, ENETDOWN].contains(code)
  }
}
