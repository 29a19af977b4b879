import Model
import Testing

@testable import Campaign

@Suite("Waves")
struct WavesTests {
  private func measurements(_ count: Int, saturating: Bool) -> [PlannedMeasurement] {
    let fault: Fault = saturating ? .cpuSaturation(mode: .busyLoop) : .cablePull(cable: .server)
    let detector = Detector(name: "none", settings: .none)
    let scenario = Scenario(
      name: saturating ? "spin" : "pull", detectors: [detector],
      timeline: Timeline(entries: [TimelineEntry(at: .seconds(1), action: .inject(fault, repetition: nil))]),
      measured: fault.kind, observe: .seconds(5))
    return (1...count).map {
      PlannedMeasurement(
        scenario: scenario, planHash: "", trial: $0, trialsPlanned: count, detector: detector, phase: .milliseconds(100)
      )
    }
  }

  @Test("no wave is larger than the jobs, and every measurement runs once")
  func jobs() {
    let plan = measurements(25, saturating: false)
    let waves = Waves.split(plan, jobs: 10, processors: 2)
    #expect(waves.map(\.count) == [10, 10, 5])
    #expect(waves.flatMap { $0 } == plan)
  }

  @Test("at most five spinning servers to a processor, in waves of their own")
  func spinners() {
    let plan = measurements(25, saturating: true) + measurements(20, saturating: false)
    let waves = Waves.split(plan, jobs: 100, processors: 2)
    #expect(waves.map { $0.count { $0.scenario.disturbingFaults.contains(.cpuSaturation) } } == [10, 10, 5, 0])
    #expect(waves.map(\.count).reduce(0, +) == 45)
    #expect(waves.map(\.count) == [10, 10, 5, 20])
  }

  @Test("a wave lasts as long as its longest window, phase included")
  func longest() {
    #expect(Waves.longest(measurements(3, saturating: false)) == .milliseconds(5100))
    #expect(Waves.longest([]) == .zero)
  }
}
