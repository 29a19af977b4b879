import CNetlink
import Glibc
import LinuxSystem

/// What netem(8) is to do to each frame; nil leaves it alone.
public struct NetemSettings: Sendable, Hashable {
  /// Microseconds.
  public var delay: Int?
  /// Microseconds, uniform about the delay.
  public var jitter: Int?
  /// 0 to 1.
  public var loss: Double?

  public init(delay: Int? = nil, jitter: Int? = nil, loss: Double? = nil) {
    self.delay = delay
    self.jitter = jitter
    self.loss = loss
  }
}

extension NetlinkSocket {
  /// Puts netem at the root of a link's egress, with a queue long enough for a delayed burst.
  public func addNetem(_ settings: NetemSettings, link index: Int32) throws(NetlinkError) {
    try addRoot("netem", link: index, operation: "add qdisc netem to link \(index)") { qdisc in
      rtnl_netem_set_limit(qdisc, 10_000)
      if let delay = settings.delay { rtnl_netem_set_delay(qdisc, Int32(clamping: delay)) }
      if let jitter = settings.jitter { rtnl_netem_set_jitter(qdisc, Int32(clamping: jitter)) }
      // A probability is a share of 2^32 - 1 (tc-netem(8), get_percent).
      if let loss = settings.loss {
        rtnl_netem_set_loss(qdisc, Int32(bitPattern: UInt32(loss * Double(UInt32.max))))
      }
    }
  }

  /// Puts a token bucket of `rate` bits per second at the root of a link's egress (tc-tbf(8)).
  public func addTokenBucket(rate: Int64, link index: Int32) throws(NetlinkError) {
    try addRoot("tbf", link: index, operation: "add qdisc tbf to link \(index)") { qdisc in
      let bytesPerSecond = Int32(clamping: rate / 8)
      // A burst of 10 ms, at least two full frames; a queue of 50 ms beyond it.
      rtnl_qdisc_tbf_set_rate(qdisc, bytesPerSecond, max(bytesPerSecond / 100, 3028), 0)
      rtnl_qdisc_tbf_set_limit(qdisc, max(bytesPerSecond / 20, 15_140))
    }
  }

  private func addRoot(
    _ kind: String, link index: Int32, operation: String, _ configure: (OpaquePointer) -> Void
  ) throws(NetlinkError) {
    guard let qdisc = rtnl_qdisc_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_qdisc_put(qdisc) }
    let base = cnetlink_tc_of_qdisc(qdisc)
    rtnl_tc_set_ifindex(base, index)
    rtnl_tc_set_parent(base, cnetlink_tc_h_root)
    rtnl_tc_set_handle(base, 0x10000)
    rtnl_tc_set_kind(base, kind)
    configure(qdisc)
    try perform([NetlinkRequest(operation) { rtnl_qdisc_build_add_request(qdisc, NLM_F_CREATE | NLM_F_EXCL, $0) }])
  }
}
