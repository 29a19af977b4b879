import CNetlink
import Glibc
import LinuxSystem

/// What is at the root of a link's egress: what happens to frames that leave through it.
public enum RootDiscipline: Sendable, Hashable {
  /// The kernel's default: nothing.
  case standard
  /// Every frame is dropped (net/sched/sch_blackhole.c).
  case blackhole
  /// A token bucket of `rate` bits per second (tc-tbf(8)).
  case tokenBucket(rate: Int64)
  case netem(NetemSettings)

  /// As the kernel calls it; nil for its default.
  public var kind: String? {
    switch self {
    case .standard: nil
    case .blackhole: "blackhole"
    case .tokenBucket: "tbf"
    case .netem: "netem"
    }
  }
}

/// A change of one link: nil leaves it as it is.
public struct LinkChange: Sendable, Hashable {
  public let index: Int32
  public var up: Bool?
  public var root: RootDiscipline?
  /// What `root` replaces.
  public var formerRoot: RootDiscipline

  public init(index: Int32, up: Bool? = nil, root: RootDiscipline? = nil, formerRoot: RootDiscipline = .standard) {
    self.index = index
    self.up = up
    self.root = root
    self.formerRoot = formerRoot
  }
}

extension NetlinkSocket {
  /// Changes links, all in one sendmsg(2): first what goes down, then the disciplines, then what comes up.
  public func change(_ changes: [LinkChange]) throws(NetlinkError) {
    var requests: [NetlinkRequest] = []
    for change in changes where change.up == false { requests.append(try linkRequest(change.index, up: false)) }
    for change in changes {
      if let root = change.root {
        requests.append(try rootRequest(root, replacing: change.formerRoot, link: change.index))
      }
    }
    for change in changes where change.up == true { requests.append(try linkRequest(change.index, up: true)) }
    try perform(requests)
  }

  /// Puts a discipline at the root of a link's egress, in place of what is there.
  public func setRoot(
    _ root: RootDiscipline, replacing former: RootDiscipline = .standard, link index: Int32
  ) throws(NetlinkError) {
    try perform([rootRequest(root, replacing: former, link: index)])
  }

  private func rootRequest(
    _ root: RootDiscipline, replacing former: RootDiscipline, link index: Int32
  ) throws(NetlinkError) -> NetlinkRequest {
    let operation = "replace link \(index)'s root qdisc \(former.kind ?? "default") by \(root.kind ?? "default")"
    // With CREATE and REPLACE and no handle, a discipline of the same kind is changed in place, and one of another
    // kind replaced (net/sched/sch_api.c, tc_modify_qdisc).
    let flags = NLM_F_CREATE | NLM_F_REPLACE
    let header = tcmsg(link: index, parent: cnetlink_tc_h_root, handle: 0)
    switch root {
    case .standard:
      return try NetlinkRequest(operation, type: Int32(RTM_DELQDISC), header: header)
    case .blackhole:
      // By hand: rtnl_tc_set_kind("blackhole") aborts the process in libnl 3.7.
      let request = try NetlinkRequest(operation, type: Int32(RTM_NEWQDISC), flags: flags, header: header)
      try request.put(Int(TCA_KIND), "blackhole")
      return request
    case .tokenBucket(let rate):
      return try tokenBucketRequest(operation, rate: rate, link: index, flags: flags)
    case .netem(var settings):
      // A change cannot take a table away, only put another one in its place.
      if case .netem(let old) = former, old.distribution != nil, settings.distribution == nil {
        settings.distribution = .uniform
      }
      let options = settings.options
      let request = try NetlinkRequest(
        operation, type: Int32(RTM_NEWQDISC), flags: flags, header: header, room: options.count + 64)
      try request.put(Int(TCA_KIND), "netem")
      try request.put(Int(TCA_OPTIONS), options)
      return request
    }
  }

  private func tokenBucketRequest(
    _ operation: String, rate: Int64, link index: Int32, flags: Int32
  ) throws(NetlinkError) -> NetlinkRequest {
    guard let qdisc = rtnl_qdisc_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_qdisc_put(qdisc) }
    let base = cnetlink_tc_of_qdisc(qdisc)
    rtnl_tc_set_ifindex(base, index)
    rtnl_tc_set_parent(base, cnetlink_tc_h_root)
    rtnl_tc_set_kind(base, "tbf")
    let bytesPerSecond = Int32(clamping: rate / 8)
    // A burst of 10 ms, at least two full frames; a queue of 50 ms beyond it.
    rtnl_qdisc_tbf_set_rate(qdisc, bytesPerSecond, max(bytesPerSecond / 100, 3028), 0)
    rtnl_qdisc_tbf_set_limit(qdisc, max(bytesPerSecond / 20, 15_140))
    return try NetlinkRequest(operation) { rtnl_qdisc_build_add_request(qdisc, flags, $0) }
  }
}

extension QdiscState {
  /// Whether the kernel's own account of it agrees with `root`. A distribution's table is not part of that account.
  public func does(_ root: RootDiscipline) -> Bool {
    guard isRoot, kind == root.kind else { return false }
    switch root {
    case .standard, .blackhole: return true
    case .tokenBucket(let rate):
      // struct tc_tbf_qopt begins with struct tc_ratespec, whose rate, in bytes per second, is at 8.
      let parameters = NetlinkMessage.attributes(in: options[...])[UInt16(TCA_TBF_PARMS)]
      return parameters?.load(UInt32.self, at: 8) == UInt32(clamping: rate / 8)
    case .netem(let settings):
      return NetemSettings.Reading(options[...]) == NetemSettings.Reading(settings.options[...])
    }
  }
}
