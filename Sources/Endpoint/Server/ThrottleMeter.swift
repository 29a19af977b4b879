import LinuxSystem
import Model

/// How short of CPU this process's control group was in the last second or so: the share of the enforcement periods in
/// which the kernel cut it off (`cpu.stat`: nr_throttled / nr_periods).
///
/// A process that is cut off does not see itself busy, only late.
struct ThrottleMeter {
  private struct Sample {
    let at: Instant
    let group: String
    let throttling: CPUController.Throttling
  }

  /// Nil where there is no such controller.
  private let mount: CPUController.Mount?
  /// The group that turned out to have no limit, and so no enforcement periods.
  private var unlimited: String?
  /// Oldest first.
  private var samples: [Sample] = []
  private var triedAt: Instant?

  private static let window = Duration.seconds(1)
  /// Reading takes some ten microseconds: too long for every answer of a busy server.
  private static let pause = Duration.milliseconds(100)

  init() {
    do throws(SystemError) {
      mount = try CPUController.mount()
    } catch {
      mount = nil
    }
  }

  /// In thousandths; 0 where there is no limit, or nothing can be read.
  mutating func permille(at now: Instant) -> UInt16 {
    if triedAt.map({ now - $0 >= Self.pause }) ?? true {
      triedAt = now
      sample(at: now)
    }
    while samples.count > 2, now - samples[1].at >= Self.window { samples.removeFirst() }
    guard let first = samples.first?.throttling, let last = samples.last?.throttling else { return 0 }
    let periods = last.periods - first.periods
    if periods <= 0 { return 0 }
    return UInt16(min(max((last.throttled - first.throttled) * 1000 / periods, 0), 1000))
  }

  private mutating func sample(at now: Instant) {
    guard let mount else { return }
    do throws(SystemError) {
      let group = try mount.group(of: CurrentProcess.identifier)
      // Counters of another group do not continue these.
      if samples.last?.group != group { samples = [] }
      if group == unlimited { return }
      guard let throttling = try CPUController.throttling(of: group) else {
        unlimited = group
        return
      }
      samples.append(Sample(at: now, group: group, throttling: throttling))
    } catch {
      samples = []
    }
  }
}
