import LinuxSystem
import Model
import UserModeKernel

extension Plan {
  /// How long the measurements last if no detector decides early, without the time for labs, guests and programs.
  ///
  /// - Parameter jobs: measurements at a time, on the real clock; the virtual one counts them one after the other, as
  ///   its time is the sum over all guests, each with its wait for its drawn uptime.
  public func longestTime(on clock: Clock, jobs: Int) -> Duration {
    switch clock {
    case .real:
      Waves.split(measurements, jobs: jobs, processors: CurrentProcess.processors).map(Waves.longest)
        .reduce(.zero, +)
    case .virtual:
      measurements.map { $0.scenario.observe + $0.phase }.reduce(.zero, +)
        + UptimeDraw(seed: seed, hz: GuestMachine.kernelHZ).period * measurements.count
    }
  }
}
