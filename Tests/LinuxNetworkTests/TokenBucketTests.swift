import LinuxSystem
import TestSupport
import Testing

@testable import LinuxNetwork

@Suite("Token bucket")
struct TokenBucketTests {
  /// Bits per second, from the lowest to the highest that a scenario may ask for, beyond the bytes per second that 31
  /// and 32 bits hold.
  static let rates: [Int64] = [
    1000, 1_000_000, 100_000_000, 17_179_869_176, 17_179_869_184, 20_000_000_000, 34_359_738_360, 34_359_738_368,
    100_000_000_000, 1_000_000_000_000,
  ]

  @Test(
    "the kernel reports every requested rate, and no other", .needsNamespaces, .needsTokenBucket, arguments: rates)
  func readBack(rate: Int64) throws {
    let namespace = try DedicatedThread.runBlocking { try NetworkNamespace() }
    try namespace.netlink.addVeth(
      main: VethEnd(name: "left", index: 11, namespace: namespace),
      peer: VethEnd(name: "right", index: 12, namespace: namespace))
    // This changes another rate in place, as a second injection does.
    try namespace.netlink.setRoot(.tokenBucket(rate: 123_456_000), link: 11)
    try namespace.netlink.setRoot(
      .tokenBucket(rate: rate), replacing: .tokenBucket(rate: 123_456_000), link: 11)
    let now = try #require(try namespace.netlink.qdiscs().first { $0.isRoot && $0.index == 11 })
    #expect(TokenBucket(now.options[...]) == TokenBucket(bitsPerSecond: rate))
    #expect(Self.rates.filter { now.does(.tokenBucket(rate: $0)) } == [rate])
  }

  @Test("the bucket holds 10 ms and the queue 50 ms; two and ten frames at least, a quarter of a gigabyte at most")
  func sizes() {
    // 10 ms are 156,250 ticks of 64 ns.
    let usual = TokenBucket(bitsPerSecond: 1_000_000_000)
    #expect(usual.rate == 125_000_000 && usual.burst == 156_250 && usual.limit == 6_250_000)
    // 3028 bytes at 1250 bytes a second are 2.4224 s.
    let slow = TokenBucket(bitsPerSecond: 10_000)
    #expect(slow.burst == 37_850_000 && slow.limit == 15_140)
    let fast = TokenBucket(bitsPerSecond: 1_000_000_000_000)
    #expect(fast.rate == 125_000_000_000 && fast.limit == 268_435_456)
    // A fifth of that at this rate: 429 us.
    #expect(fast.burst == 6703)
  }
}
