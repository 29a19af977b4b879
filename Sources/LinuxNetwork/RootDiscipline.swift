import CNetlink
import Glibc
import LinuxSystem

/// The discipline at the root of a link's egress: what happens to frames that leave through it.
public enum RootDiscipline: Sendable, Hashable {
  /// The kernel's default, which does nothing to frames.
  case standard
  /// Every frame is dropped (net/sched/sch_blackhole.c).
  case blackhole
  /// A token bucket of `rate` bits per second (tc-tbf(8)).
  case tokenBucket(rate: Int64)
  case netem(NetemSettings)

  /// The kernel's name for it; nil for the default.
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
  /// Changes links, all in one sendmsg(2): first sets links down, then replaces disciplines, then sets links up.
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

  /// Puts a discipline at the root of a link's egress, in place of the present one.
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
      // Not by libnl: rtnl_tc_set_kind("blackhole") aborts the process in libnl 3.7.
      let request = try NetlinkRequest(operation, type: Int32(RTM_NEWQDISC), flags: flags, header: header)
      try request.put(Int(TCA_KIND), "blackhole")
      return request
    case .tokenBucket(let rate):
      let request = try NetlinkRequest(operation, type: Int32(RTM_NEWQDISC), flags: flags, header: header)
      try request.put(Int(TCA_KIND), "tbf")
      try request.put(Int(TCA_OPTIONS), TokenBucket(bitsPerSecond: rate).options)
      return request
    case .netem(var settings):
      // A change cannot remove a table, only replace it by another one.
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
}

extension QdiscState {
  /// Whether the kernel's report of it agrees with `root`. The report does not include a distribution's table.
  public func does(_ root: RootDiscipline) -> Bool {
    guard isRoot, kind == root.kind else { return false }
    switch root {
    case .standard, .blackhole: return true
    case .tokenBucket(let rate): return TokenBucket(options[...]) == TokenBucket(bitsPerSecond: rate)
    case .netem(let settings):
      return NetemSettings.Reading(options[...]) == NetemSettings.Reading(settings.options[...])
    }
  }
}
