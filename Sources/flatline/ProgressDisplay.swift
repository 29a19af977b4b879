import Campaign
import Lab
import Model
import Synchronization

/// One line on stderr that tells how far a run has got, every second; nothing where stderr is no terminal.
final class ProgressDisplay: Sendable {
  private let latest: Latest
  private let ticker: Task<Void, Never>?

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
    ticker = Task {
      while !Task.isCancelled {
        if let progress = latest.progress.withLock({ $0 }) { Self.show(progress) }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  func update(_ progress: Campaign.Progress) {
    latest.progress.withLock { $0 = progress }
  }

  /// Takes the line away.
  func end() {
    ticker?.cancel()
    Terminal.clearProgress()
  }

  private static func show(_ progress: Campaign.Progress) {
    let seconds = max(0, Int((progress.endsBy - .now).inSeconds.rounded(.up)))
    Terminal.showProgress("\(progress.done) of \(progress.total) measurements done; about \(seconds) s left at most")
  }
}
