import CNetlink
import Glibc
import LinuxSystem

/// A table of nf_tables as the kernel reports it.
public struct FirewallTable: Sendable, Hashable {
  public let name: String
  /// NFT_TABLE_F_DORMANT: its chains are not active.
  public let isDormant: Bool
  /// Packet counts by the names of counter objects.
  public let counters: [String: UInt64]
}

// nf_tables without libnftables: one message puts a waiting table in force.
extension NetlinkSocket {
  /// Puts a table's chains in force, or out of it, in one transaction. For a `netfilter` socket.
  ///
  /// - Parameter family: AF_INET or AF_INET6.
  public func setFirewallTable(_ name: String, family: Int32, dormant: Bool) throws(NetlinkError) {
    let operation = "put the firewall table \(name) \(dormant ? "out of" : "in") force"
    let change = try NetlinkRequest(
      operation, type: Self.tables(NFT_MSG_NEWTABLE.rawValue), header: nfgenmsg(family: family))
    try change.put(Int(NFTA_TABLE_NAME.rawValue), name)
    try change.put(Int(NFTA_TABLE_FLAGS.rawValue), bigEndian: dormant ? UInt32(NFT_TABLE_F_DORMANT.rawValue) : 0)
    try perform([
      try Self.batch(NFNL_MSG_BATCH_BEGIN, operation), change, try Self.batch(NFNL_MSG_BATCH_END, operation),
    ])
  }

  /// A table and its counters; nil if there is no table of that name. For a `netfilter` socket.
  public func firewallTable(_ name: String, family: Int32) throws(NetlinkError) -> FirewallTable? {
    let request = try NetlinkRequest(
      "list firewall tables", type: Self.tables(NFT_MSG_GETTABLE.rawValue), header: nfgenmsg(family: family))
    let tables = try query(request, dump: true).map { $0.attributes(skipping: MemoryLayout<nfgenmsg>.size) }
    guard let table = tables.first(where: { $0[UInt16(NFTA_TABLE_NAME.rawValue)]?.text == name }) else { return nil }
    let flags = UInt32(bigEndian: table[UInt16(NFTA_TABLE_FLAGS.rawValue)]?.load(UInt32.self, at: 0) ?? 0)
    return FirewallTable(
      name: name, isDormant: flags & UInt32(NFT_TABLE_F_DORMANT.rawValue) != 0,
      counters: try firewallCounters(of: name, family: family))
  }

  private func firewallCounters(of table: String, family: Int32) throws(NetlinkError) -> [String: UInt64] {
    let request = try NetlinkRequest(
      "list firewall counters", type: Self.tables(NFT_MSG_GETOBJ.rawValue), header: nfgenmsg(family: family))
    var counters: [String: UInt64] = [:]
    for message in try query(request, dump: true) {
      let attributes = message.attributes(skipping: MemoryLayout<nfgenmsg>.size)
      guard attributes[UInt16(NFTA_OBJ_TABLE.rawValue)]?.text == table,
        let name = attributes[UInt16(NFTA_OBJ_NAME.rawValue)]?.text,
        let data = attributes[UInt16(NFTA_OBJ_DATA.rawValue)]
      else { continue }
      let packets = NetlinkMessage.attributes(in: data)[UInt16(NFTA_COUNTER_PACKETS.rawValue)]
      counters[name] = UInt64(bigEndian: packets?.load(UInt64.self, at: 0) ?? 0)
    }
    return counters
  }

  private static func tables(_ message: UInt32) -> Int32 { NFNL_SUBSYS_NFTABLES << 8 | Int32(message) }

  /// The frame of a transaction: net/netfilter/nfnetlink.c, nfnetlink_rcv_batch.
  private static func batch(_ type: Int32, _ operation: String) throws(NetlinkError) -> NetlinkRequest {
    let frame = try NetlinkRequest(
      operation, type: type,
      header: nfgenmsg(
        nfgen_family: UInt8(AF_UNSPEC), version: UInt8(NFNETLINK_V0), res_id: UInt16(NFNL_SUBSYS_NFTABLES).bigEndian))
    frame.wantsAcknowledgement = false
    return frame
  }
}

extension nfgenmsg {
  init(family: Int32) {
    self.init(nfgen_family: UInt8(family), version: UInt8(NFNETLINK_V0), res_id: 0)
  }
}
