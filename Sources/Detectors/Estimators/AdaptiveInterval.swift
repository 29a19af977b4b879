import Model

/// The search for the longest heartbeat interval that a path tolerates (see `AdaptiveSettings`): it grows step by step
/// as long as the answers come, and returns to the last good interval at the first failure.
public struct AdaptiveInterval: Sendable, Hashable {
  private let settings: AdaptiveSettings
  private var successes = 0
  /// The interval in use.
  public private(set) var interval: Duration
  /// The longest interval that was found good; nil as long as there is none.
  public private(set) var longestGood: Duration?
  /// Whether a longer interval than the good ones may still be tried.
  public private(set) var isSearching = true

  public init(_ settings: AdaptiveSettings) {
    self.settings = settings
    interval = settings.from
  }

  /// A heartbeat was answered before which the path had been idle for `idle`.
  ///
  /// - Returns: whether the interval in use is now found good; the next interval may be a different one.
  @discardableResult
  public mutating func answered(after idle: Duration) -> Bool {
    // The answer to a heartbeat of a shorter interval says nothing about this one.
    guard isSearching, idle >= interval else { return false }
    successes += 1
    guard successes >= settings.successes else { return false }
    successes = 0
    longestGood = interval
    if interval >= settings.to {
      isSearching = false
    } else {
      interval = min(interval + settings.step, settings.to)
    }
    return true
  }

  /// A heartbeat was not answered.
  ///
  /// - Returns: whether the interval may be the cause; the search is then over, and the interval is the last good one,
  ///   or the shortest if none was good. An interval that was found good is never the cause.
  @discardableResult
  public mutating func failed() -> Bool {
    guard isSearching else { return false }
    isSearching = false
    interval = longestGood ?? settings.from
    return true
  }
}
