import CNetlink
import Glibc
import LinuxSystem

/// A queueing discipline as the kernel reports it.
public struct QdiscState: Sendable, Hashable {
  /// `blackhole`, `netem`, `clsact`, ...
  public let kind: String
  public let index: Int32
  /// Whether it is the link's root (egress) discipline.
  public let isRoot: Bool
  /// Packets that went through.
  public let packets: UInt32
  /// Packets that it dropped.
  public let drops: UInt32
  /// TCA_OPTIONS, in the kind's own form.
  let options: [UInt8]
}

// The operations of tc(8).
extension NetlinkSocket {
  /// Joins two links, so that every frame that comes in at one goes out of the other: u32 match-all, mirred redirect at
  /// each one's ingress. All in one sendmsg(2).
  ///
  /// - Parameter fresh: those of the two that are new, and still down: each gets a hook for filters at its ingress
  ///   (`clsact`), and will send nothing by itself. The other link is separated from the link that it was joined with
  ///   before.
  public func join(_ near: Int32, _ far: Int32, fresh: [Int32]) throws(NetlinkError) {
    var requests: [NetlinkRequest] = []
    for link in [near, far] {
      requests +=
        try fresh.contains(link)
        ? [configurationRequest(link, forwarding: false), ingressHookRequest(link)] : [removalRequest(link)]
    }
    try perform(requests + [redirectRequest(from: near, to: far), redirectRequest(from: far, to: near)])
  }

  /// `clsact`, the hook for filters at a link's ingress.
  private func ingressHookRequest(_ index: Int32) throws(NetlinkError) -> NetlinkRequest {
    try rawQdisc(
      "add qdisc clsact to link \(index)", kind: "clsact", type: Int32(RTM_NEWQDISC),
      flags: NLM_F_CREATE | NLM_F_EXCL,
      header: tcmsg(link: index, parent: cnetlink_tc_h_clsact, handle: cnetlink_clsact_handle))
  }

  private func redirectRequest(from source: Int32, to target: Int32) throws(NetlinkError) -> NetlinkRequest {
    let operation = "redirect link \(source)'s ingress to link \(target)"
    guard let filter = rtnl_cls_alloc(), let action = rtnl_act_alloc() else {
      throw NetlinkError(operation, Errno(code: ENOMEM))
    }
    defer {
      rtnl_cls_put(filter)
      rtnl_act_put(action)
    }
    Self.describe(filter, at: source)
    rtnl_u32_add_key_uint32(filter, 0, 0, 0, 0)
    rtnl_u32_set_cls_terminal(filter)
    rtnl_tc_set_kind(cnetlink_tc_of_action(action), "mirred")
    rtnl_mirred_set_action(action, Int32(TCA_EGRESS_REDIR))
    rtnl_mirred_set_policy(action, cnetlink_tc_act_stolen)
    rtnl_mirred_set_ifindex(action, UInt32(target))
    rtnl_u32_add_action(filter, action)
    return try NetlinkRequest(operation) { rtnl_cls_build_add_request(filter, NLM_F_CREATE | NLM_F_EXCL, $0) }
  }

  private func removalRequest(_ source: Int32) throws(NetlinkError) -> NetlinkRequest {
    let operation = "remove the redirection of link \(source)'s ingress"
    guard let filter = rtnl_cls_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_cls_put(filter) }
    Self.describe(filter, at: source)
    return try NetlinkRequest(operation) { rtnl_cls_build_delete_request(filter, 0, $0) }
  }

  /// Adds a discipline that needs no options.
  public func addQdisc(_ kind: String, link index: Int32, parent: UInt32? = nil, handle: UInt32 = 0x10000)
    throws(NetlinkError)
  {
    try perform([
      rawQdisc(
        "add qdisc \(kind) to link \(index)", kind: kind, type: Int32(RTM_NEWQDISC), flags: NLM_F_CREATE | NLM_F_EXCL,
        header: tcmsg(link: index, parent: parent ?? cnetlink_tc_h_root, handle: handle))
    ])
  }

  /// All disciplines of the namespace's links, with their counters.
  public func qdiscs() throws(NetlinkError) -> [QdiscState] {
    let request = try NetlinkRequest("list qdiscs", type: Int32(RTM_GETQDISC), header: tcmsg())
    return try query(request, dump: true).map { message in
      let attributes = message.attributes(skipping: MemoryLayout<tcmsg>.size)
      let statistics = NetlinkMessage.attributes(in: attributes[UInt16(TCA_STATS2)] ?? [])
      return QdiscState(
        kind: attributes[UInt16(TCA_KIND)]?.text ?? "", index: message.payload.load(Int32.self, at: 4),
        isRoot: message.payload.load(UInt32.self, at: 12) == cnetlink_tc_h_root,
        // struct gnet_stats_basic: bytes (u64), packets (u32); struct gnet_stats_queue: qlen, backlog, drops, ...
        packets: statistics[UInt16(TCA_STATS_BASIC)]?.load(UInt32.self, at: 8) ?? 0,
        drops: statistics[UInt16(TCA_STATS_QUEUE)]?.load(UInt32.self, at: 8) ?? 0,
        options: Array(attributes[UInt16(TCA_OPTIONS)] ?? []))
    }
  }

  private static func describe(_ filter: OpaquePointer, at link: Int32) {
    let base = cnetlink_tc_of_classifier(filter)
    rtnl_tc_set_ifindex(base, link)
    rtnl_tc_set_parent(base, cnetlink_clsact_ingress)
    rtnl_tc_set_kind(base, "u32")
    rtnl_cls_set_protocol(filter, UInt16(ETH_P_ALL))
    rtnl_cls_set_prio(filter, 1)
  }

  private func rawQdisc(
    _ operation: String, kind: String?, type: Int32, flags: Int32, header: tcmsg
  ) throws(NetlinkError) -> NetlinkRequest {
    let request = try NetlinkRequest(operation, type: type, flags: flags, header: header)
    if let kind { try request.put(Int(TCA_KIND), kind) }
    return request
  }
}

extension tcmsg {
  init(link: Int32, parent: UInt32, handle: UInt32) {
    self.init()
    tcm_family = UInt8(AF_UNSPEC)
    tcm_ifindex = link
    tcm_parent = parent
    tcm_handle = handle
  }
}
