import EndpointProtocol
import Glibc
import LinuxSystem
import Model

/// Asks the kernel for the route to the peer, from the connection's own address, whenever anything changes on which the
/// route may depend. A route that was lost and came back before the question goes unnoticed.
///
/// An IPv4 address that is removed takes the route with it, as the kernel refuses to route from an address that is not
/// its own; for IPv6 the kernel does not check this, and only the routes themselves count.
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
      // Links are included: routes that disappear with their interface are not announced separately.
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
      // A failure for lack of memory or buffer space says nothing about the route.
      return error.errno.meansNoRoute ? [.pathLost] : []
    }
  }
}

extension Errno {
  /// Whether this error of RTM_GETROUTE means that the peer cannot be reached from the source (`inet_rtm_getroute`,
  /// net/ipv4/route.c; `inet6_rtm_getroute`, net/ipv6/route.c).
  fileprivate var meansNoRoute: Bool {
    [ENETUNREACH, EHOSTUNREACH, EINVAL, EACCES, ENODEV, ENETDOWN].contains(code)
  }
}
