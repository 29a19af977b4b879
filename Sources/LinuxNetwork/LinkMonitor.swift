import CNetlink
import LinuxSystem

/// Link changes of a namespace, as the kernel announces them (RTNLGRP_LINK).
public struct LinkMonitor: Sendable {
  private let socket: NetlinkSocket

  /// Subscribes in `namespace`; changes from now on are kept until they are read.
  public init(in namespace: NetworkNamespace) throws {
    socket = try namespace.runBlocking {
      let socket = try NetlinkSocket(.route)
      try socket.join(RTNLGRP_LINK, "link changes")
      return socket
    }
  }

  /// Waits until a link's announced state satisfies `condition`; false if that takes longer than `milliseconds`.
  public func wait(
    milliseconds: Int32, until condition: (LinkState) -> Bool
  ) throws(NetlinkError) -> Bool {
    let deadline = Clocks.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
    while true {
      let left = (deadline - Clocks.monotonicNanoseconds()) / 1_000_000
      guard left >= 0, let messages = try socket.notification(withinMilliseconds: Int32(left)) else { return false }
      if messages.compactMap(LinkState.init(message:)).contains(where: condition) { return true }
    }
  }
}
