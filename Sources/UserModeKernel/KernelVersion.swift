/// A kernel's version as numbers: `6.12` is newer than `6.1`.
struct KernelVersion: Hashable, Comparable {
  let numbers: [Int]

  /// Nil unless it is numbers joined by dots; everything from the first other character on is ignored (`6.12.117-rc1`).
  init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0 == "." || ("0"..."9").contains($0) }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.isEmpty, !parts.contains(nil) else { return nil }
    numbers = parts.compactMap { $0 }
  }

  static func < (left: Self, right: Self) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }
}
