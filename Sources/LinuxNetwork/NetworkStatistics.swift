import LinuxSystem

/// The calling thread's network namespace's counters under /proc/net.
public enum NetworkStatistics {
  /// A counter of /proc/net/netstat's `TcpExt` lines: names on one line, values on the next.
  ///
  /// - Throws: if the file cannot be read, or the kernel has no such counter.
  public static func extendedTCP(_ name: String) throws(SystemError) -> Int {
    let text = String(
      decoding: try OwnedDescriptor.open("/proc/thread-self/net/netstat").readToEnd(), as: UTF8.self)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("TcpExt:") }.map { $0.split(separator: " ") }
    guard lines.count == 2, let column = lines[0].firstIndex(of: Substring(name)), column < lines[1].count,
      let value = Int(lines[1][column])
    else { throw SystemError("read the counter TcpExt\(name)", .notFound) }
    return value
  }
}
