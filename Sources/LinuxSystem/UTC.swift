import Glibc

/// Calendar times, always in UTC.
public enum UTC {
  /// ISO 8601 to the second: `2026-01-31T12:00:00Z`.
  public static func iso8601(nanoseconds: Int64) -> String {
    formatted(nanoseconds, "%Y-%m-%dT%H:%M:%SZ")
  }

  /// For file names: `20260131T120000Z`.
  public static func compact(nanoseconds: Int64) -> String {
    formatted(nanoseconds, "%Y%m%dT%H%M%SZ")
  }

  private static func formatted(_ nanoseconds: Int64, _ format: String) -> String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      guard let start = buffer.baseAddress, strftime(start, buffer.count, format, &parts) > 0 else { return "" }
      return String(cString: start)
    }
  }
}
