import Campaign
import Lab
import Model
import Synchronization

/// One line on stderr that tells how far a run has got, every second; nothing where stderr is no terminal.
final class ProgressDisplay: Sendable {
  private let latest: Latest
  private let ticker: Task<Void, Never>?
  private let started = Instant.now

  private final class Latest: Sendable {
    let progress = Mutex<Campaign.Progress?>(nil)
  }

  init() {
    let latest = Latest()
    self.latest = latest
    guard Terminal.showsProgress else {
      ticker = nil
      return
    }
    let started = started
    ticker = Task {
      while !Task.isCancelled {
        if let progress = latest.progress.withLock({ $0 }) { Self.show(progress, since: started) }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  func update(_ progress: Campaign.Progress) {
    latest.progress.withLock { $0 = progress }
  }

  /// Takes the line away. On the virtual clock tells how much time has passed there.
  func end() {
    ticker?.cancel()
    Terminal.clearProgress()
    if let progress = latest.progress.withLock({ $0 }), let time = Self.passed(progress, since: started) {
      Terminal.complain(time)
    }
  }

  private static func show(_ progress: Campaign.Progress, since started: Instant) {
    if let time = passed(progress, since: started) {
      Terminal.showProgress("\(progress.done) of \(progress.total) measurements done; \(time)")
      return
    }
    let seconds = max(0, Int((progress.endsBy - .now).inSeconds.rounded(.up)))
    Terminal.showProgress("\(progress.done) of \(progress.total) measurements done; about \(seconds) s left at most")
  }

  /// `virtual time 2 h 16 min in 3.1 s, 2632 times as fast`; nil on the real clock.
  private static func passed(_ progress: Campaign.Progress, since started: Instant) -> String? {
    guard let virtual = progress.virtualTime else { return nil }
    let wall = max(0.1, (.now - started).inSeconds)
    let seconds = Int(virtual.inSeconds)
    let parts = [("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("min", seconds / 60 % 60), ("s", seconds % 60)]
    let spelled = parts.drop { $0.1 == 0 && $0.0 != "s" }.prefix(2).map { "\($0.1) \($0.0)" }.joined(separator: " ")
    let tenths = Int((wall * 10).rounded())
    return "virtual time \(spelled) in \(tenths / 10).\(tenths % 10) s, \(Int(virtual.inSeconds / wall)) times as fast"
  }
}
