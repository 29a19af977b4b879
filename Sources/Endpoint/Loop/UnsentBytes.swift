/// The bytes that all connections of a role queue together because their sockets do not take them, and their limit.
final class UnsentBytes {
  /// A machine runs hundreds of endpoints, and nothing else limits their memory.
  static let limit = 64 << 20

  private var held = 0
  private var isTooMuch = false

  /// Asks for room for a number of bytes; returns whether there is room.
  func take(_ count: Int) -> Bool {
    if held + count > UnsentBytes.limit {
      isTooMuch = true
      return false
    }
    held += count
    return true
  }

  func giveBack(_ count: Int) { held -= count }

  /// - Throws: if there was no room at any time: a connection has then dropped bytes that it should send.
  func check() throws(EndpointError) {
    guard isTooMuch else { return }
    throw EndpointError(
      .unsupported, stage: "send",
      "all connections together hold \(UnsentBytes.limit >> 20) MiB that their peers do not take, the most for one "
        + "endpoint (take fewer clients, or smaller or rarer messages)")
  }
}
