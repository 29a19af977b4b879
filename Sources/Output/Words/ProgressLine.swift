import Model

/// A run's progress, for people.
public struct ProgressLine: Sendable, Hashable {
  public var done: Int
  public var total: Int
  /// Since the run began, on the wall clock.
  public var elapsed: Duration
  public var left: Left

  /// How long it still takes.
  public enum Left: Sendable, Hashable {
    /// On the real clock: at most this long, if no detector decides early.
    case atMost(Duration)
    /// On the virtual clock this is not known beforehand; this much time has passed there, in all guests together.
    case asFar(virtual: Duration)
  }

  public init(done: Int, total: Int, elapsed: Duration, left: Left) {
    self.done = done
    self.total = total
    self.elapsed = elapsed
    self.left = left
  }

  /// As much of it as fits into `width` columns, the most important part first. Nil: any width.
  public func text(width: Int? = nil) -> String {
    var text = ""
    for part in parts {
      let longer = text.isEmpty ? part : "\(text); \(part)"
      if let width, longer.count > width { break }
      text = longer
    }
    // Too narrow even for the first part.
    return text.isEmpty ? String(parts[0].prefix(width ?? .max)) : text
  }

  private var parts: [String] {
    let count = "\(done) of \(total) measurements done"
    switch left {
    case .atMost(let time): return [count, "at most \(time.roughly(.up)) left"]
    case .asFar(let virtual):
      return [count, estimate(virtual)].compactMap { $0 } + [Self.speed(virtual, in: elapsed)]
    }
  }

  /// Assumes that the rest takes as long per measurement as the finished part.
  private func estimate(_ virtual: Duration) -> String? {
    guard done > 0, done < total else { return nil }
    let rest = Double(total - done) / Double(done)
    return "about \((elapsed * rest).roughly()) left, of virtual time \((virtual * rest).roughly())"
  }

  /// `virtual time 2 h 16 min in 3.1 s, 2632 times as fast`.
  public static func speed(_ virtual: Duration, in elapsed: Duration) -> String {
    let wall = max(.milliseconds(100), elapsed)
    let times = Int(min(1e15, virtual.inSeconds / wall.inSeconds))
    return "virtual time \(virtual.roughly()) in \(wall.roughly()), \(times) times as fast"
  }
}
