import CNetlink
import Glibc

/// The settings of tbf (tc-tbf(8), net/sched/sch_tbf.c), as it takes and reports them.
///
/// libnl's own tbf knows no more than 2 GiB per second, so the message is built here.
struct TokenBucket: Hashable {
  /// Bytes per second.
  let rate: UInt64
  /// How long a full bucket lasts at that rate, in scheduler ticks of 64 ns (PSCHED_SHIFT).
  let burst: UInt32
  /// How many bytes may wait, including those that the bucket covers.
  let limit: UInt32

  /// A bucket of 10 ms, at least two full frames, and a queue of 50 ms, at least ten; a quarter of a gigabyte at most.
  init(bitsPerSecond: Int64) {
    let rate = UInt64(max(bitsPerSecond, 8)) / 8
    self.rate = rate
    limit = UInt32(min(max(rate / 20, 15_140), 256 << 20))
    // In the same proportion if the queue is limited.
    let bytes = min(max(rate / 100, 3028), UInt64(limit) / 5)
    // In whole microseconds, like tc(8) and libnl.
    burst = UInt32(clamping: bytes * 1_000_000 / rate * 1000 / 64)
  }

  /// What the kernel reports: TCA_OPTIONS.
  init(_ options: ArraySlice<UInt8>) {
    let attributes = NetlinkMessage.attributes(in: options)
    let parameters = attributes[UInt16(TCA_TBF_PARMS)] ?? []
    // struct tc_tbf_qopt: two struct tc_ratespec of 12 bytes, each with its rate at 8; limit, buffer, mtu.
    rate = attributes[UInt16(TCA_TBF_RATE64)]?.load(UInt64.self, at: 0) ?? UInt64(parameters.load(UInt32.self, at: 8))
    limit = parameters.load(UInt32.self, at: 24)
    burst = parameters.load(UInt32.self, at: 28)
  }

  /// TCA_OPTIONS: a rate that does not fit into 32 bits is also sent in 64 bits (TCA_TBF_RATE64). There is no peak
  /// rate.
  var options: [UInt8] {
    var parameters = tc_tbf_qopt()
    parameters.rate.rate = UInt32(clamping: rate)
    // The link layer is Ethernet; otherwise the kernel asks for a table of transmission times (qdisc_get_rtab).
    parameters.rate.linklayer = UInt8(TC_LINKLAYER_ETHERNET.rawValue)
    parameters.limit = limit
    parameters.buffer = burst
    var bytes = NetlinkMessage.attribute(TCA_TBF_PARMS, withUnsafeBytes(of: parameters) { Array($0) })
    if rate > UInt64(UInt32.max) {
      bytes += NetlinkMessage.attribute(TCA_TBF_RATE64, withUnsafeBytes(of: rate) { Array($0) })
    }
    return bytes
  }
}
