import Lab
import Model
import Synchronization
import UserModeKernel

/// Shows a build's progress on stderr: on a terminal in one line, every second; else a line for each step, and one
/// every half minute.
final class KernelBuildDisplay: Sendable {
  private let state = Mutex((step: KernelBuild.Step?.none, printed: Instant.now))
  private let start = Instant.now

  func update(_ step: KernelBuild.Step) {
    let text: String? = state.withLock { state in
      let isNew = state.step.map { Self.isOther($0, than: step) } ?? true
      state.step = step
      let pause = Terminal.showsProgress ? Duration.seconds(1) : .seconds(30)
      guard isNew || .now - state.printed >= pause else { return nil }
      state.printed = .now
      return "\(Self.words(step)), \(elapsed)"
    }
    guard let text else { return }
    if Terminal.showsProgress { Terminal.showProgress(text) } else { Terminal.complain(text) }
  }

  /// Removes the line.
  func end() {
    Terminal.clearProgress()
  }

  /// Whether anything had to be done.
  var hasBuilt: Bool { state.withLock { $0.step == .booting } }

  /// The time since its creation: `3 min 45 s`.
  var elapsed: String {
    let seconds = Int((Instant.now - start).inSeconds)
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }

  private static func isOther(_ step: KernelBuild.Step, than next: KernelBuild.Step) -> Bool {
    if case .compiling = step, case .compiling = next { return false }
    return step != next
  }

  private static func words(_ step: KernelBuild.Step) -> String {
    switch step {
    case .waiting: "waiting for another build to end"
    case .unpacking: "unpacking the source"
    case .configuring: "configuring"
    case .compiling(let objects): "compiling: \(objects) files done"
    case .booting: "booting it"
    }
  }
}
