import Campaign
import Lab
import Model
import Output
import Synchronization

/// Shows a run's progress on stderr: on a terminal in one line, every second; else in a new line, every half minute.
final class ProgressDisplay: Sendable {
  private let latest: Latest
  private let ticker: Task<Void, Never>
  private let started = Instant.now

  private final class Latest: Sendable {
    let progress = Mutex<Campaign.Progress?>(nil)
  }

  init() {
    let latest = Latest()
    self.latest = latest
    let started = started
    let onTerminal = Terminal.showsProgress
    ticker = Task {
      while !Task.isCancelled {
        if !onTerminal {
          do { try await Task.sleep(for: .seconds(30)) } catch { return }
        }
        if let progress = latest.progress.withLock({ $0 }) {
          let line = Self.line(progress, since: started)
          if onTerminal {
            Terminal.showProgress(line.text(width: Terminal.progressWidth))
          } else {
            Terminal.complain(line.text())
          }
        }
        if onTerminal {
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
      }
    }
  }

  func update(_ progress: Campaign.Progress) {
    latest.progress.withLock { $0 = progress }
  }

  /// Removes the line. On the virtual clock, reports how much time has passed there.
  func end() {
    ticker.cancel()
    Terminal.clearProgress()
    if let virtual = latest.progress.withLock({ $0?.virtualTime }) {
      Terminal.complain(ProgressLine.speed(virtual, in: .now - started))
    }
  }

  private static func line(_ progress: Campaign.Progress, since started: Instant) -> ProgressLine {
    ProgressLine(
      done: progress.done, total: progress.total, elapsed: .now - started,
      left: progress.virtualTime.map { .asFar(virtual: $0) } ?? .atMost(max(.zero, progress.endsBy - .now)))
  }
}
