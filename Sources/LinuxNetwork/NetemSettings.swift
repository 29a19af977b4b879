import CNetlink
import Glibc

/// What netem (tc-netem(8), net/sched/sch_netem.c) does to each frame. Shares are fractions, 0 to 1.
///
/// libnl's own netem knows neither rates nor the Gilbert-Elliott model, so the message is built here.
public struct NetemSettings: Sendable, Hashable {
  /// Nanoseconds.
  public var delay: Int64 = 0
  /// Nanoseconds about the delay.
  public var jitter: Int64 = 0
  /// nil: uniform.
  public var distribution: DelayTable?
  public var delayCorrelation: Double = 0
  /// Applies to each frame independently. netem's own correlation is not offered: with a correlation of 25 %, a loss of
  /// 5 % becomes 0.2 % (`get_crandom` mixes two uniform numbers, and the sum of two is seldom small).
  /// `GilbertElliottLoss(share:correlation:)` keeps the share.
  public var loss: Double = 0
  /// Probabilities good to bad and bad to good, share lost while bad and while good; instead of `loss`.
  public var gilbertElliott: GilbertElliottLoss?
  public var duplicate: Double = 0
  /// Share of frames that are sent at once, overtaking those that wait out their delay.
  public var reorder: Double = 0
  public var corrupt: Double = 0
  /// Bytes per second; 0: unlimited.
  public var rate: UInt64 = 0
  /// Decides which frames are lost, delayed, doubled, ..., since Linux 6.6. Earlier kernels, and all kernels if this is
  /// nil, draw it themselves. (Every kernel draws itself which bit is damaged.)
  public var seed: UInt64?

  public init() {}

  /// netem's `loss gemodel p r 1-h 1-k`.
  public struct GilbertElliottLoss: Sendable, Hashable {
    public var toBad, toGood, lossInBad, lossInGood: Double

    /// The loss of `share` of the frames, where losses of successive frames have the correlation coefficient
    /// `correlation`, from 0 to below 1. The two values define a stationary two-state chain whose bad state loses all
    /// frames (Gilbert 1960).
    public init(share: Double, correlation: Double) {
      self.init(
        toBad: share * (1 - correlation), toGood: (1 - share) * (1 - correlation), lossInBad: 1, lossInGood: 0)
    }

    public init(toBad: Double, toGood: Double, lossInBad: Double, lossInGood: Double) {
      self.toBad = toBad
      self.toGood = toGood
      self.lossInBad = lossInBad
      self.lossInGood = lossInGood
    }
  }

  /// TCA_NETEM_PRNG_SEED, which the headers of older kernels lack. Those kernels ignore attributes that they do not
  /// know: netem's attributes are parsed liberally (`parse_attr`, net/sched/sch_netem.c).
  private static let seedAttribute = 14

  /// How many frames may wait: enough for a delayed burst.
  static let limit: UInt32 = 10_000

  /// TCA_OPTIONS: struct tc_netem_qopt, then attributes. Every attribute is present, so that a change leaves no former
  /// value in force.
  var options: [UInt8] {
    var bytes = Self.bytes([
      // Times in scheduler ticks of 64 ns, for kernels older than TCA_NETEM_LATENCY64 (PSCHED_SHIFT).
      UInt32(clamping: delay / 64), Self.limit, Self.probability(loss), reorder > 0 ? 1 : 0,
      Self.probability(duplicate), UInt32(clamping: jitter / 64),
    ])
    bytes += NetlinkMessage.attribute(TCA_NETEM_LATENCY64, withUnsafeBytes(of: delay) { Array($0) })
    bytes += NetlinkMessage.attribute(TCA_NETEM_JITTER64, withUnsafeBytes(of: jitter) { Array($0) })
    bytes += NetlinkMessage.attribute(
      TCA_NETEM_CORR, Self.bytes([Self.probability(delayCorrelation), 0, 0]))
    bytes += NetlinkMessage.attribute(TCA_NETEM_REORDER, Self.bytes([Self.probability(reorder), 0]))
    bytes += NetlinkMessage.attribute(TCA_NETEM_CORRUPT, Self.bytes([Self.probability(corrupt), 0]))
    bytes += NetlinkMessage.attribute(TCA_NETEM_RATE, Self.bytes([UInt32(clamping: rate), 0, 0, 0]))
    if rate > UInt64(UInt32.max) {
      bytes += NetlinkMessage.attribute(TCA_NETEM_RATE64, withUnsafeBytes(of: rate) { Array($0) })
    }
    if let model = gilbertElliott {
      // struct tc_netem_gemodel: p, r, h, k1; h is the share that survives in the bad state, k1 the share that is lost
      // in the good state.
      let parameters = [model.toBad, model.toGood, 1 - model.lossInBad, model.lossInGood].map(Self.probability)
      bytes += NetlinkMessage.attribute(
        TCA_NETEM_LOSS, nested: true, NetlinkMessage.attribute(UInt32(NETEM_LOSS_GE), Self.bytes(parameters)))
    }
    if let seed { bytes += NetlinkMessage.attribute(Self.seedAttribute, withUnsafeBytes(of: seed) { Array($0) }) }
    if let distribution {
      bytes += NetlinkMessage.attribute(TCA_NETEM_DELAY_DIST, distribution.values.withUnsafeBytes { Array($0) })
    }
    return bytes
  }

  /// What the kernel reports of the settings, as comparable numbers: all but the distribution, which it does not
  /// report.
  struct Reading: Hashable {
    var options: [UInt32]
    var attributes: [UInt16: [UInt8]]

    init(_ bytes: ArraySlice<UInt8>) {
      let size = MemoryLayout<tc_netem_qopt>.size
      options = stride(from: 0, to: size, by: 4).map { bytes.load(UInt32.self, at: $0) }
      let told = [
        TCA_NETEM_CORR, TCA_NETEM_REORDER, TCA_NETEM_CORRUPT, TCA_NETEM_RATE, TCA_NETEM_RATE64, TCA_NETEM_LOSS,
      ].map { UInt16($0) }
      attributes = NetlinkMessage.attributes(in: bytes.dropFirst(size)).filter { told.contains($0.key) }
        .mapValues { Array($0) }
      // A kernel may report settings that are off or leave them out: netem_dump.
      attributes = attributes.filter { $0.value.contains { $0 != 0 } && !Self.saysIndependentLoss($0) }
    }

    /// NETEM_LOSS_UNSPEC or none within TCA_NETEM_LOSS: no model.
    private static func saysIndependentLoss(_ attribute: (key: UInt16, value: [UInt8])) -> Bool {
      attribute.key == UInt16(TCA_NETEM_LOSS)
        && NetlinkMessage.attributes(in: attribute.value[...])[UInt16(NETEM_LOSS_GE)] == nil
    }
  }

  /// A probability is a share of 2^32 - 1 (struct tc_netem_qopt, linux/pkt_sched.h).
  private static func probability(_ share: Double) -> UInt32 {
    UInt32(clamping: Int64((share * Double(UInt32.max)).rounded()))
  }

  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.withUnsafeBytes { Array($0) }
  }
}
