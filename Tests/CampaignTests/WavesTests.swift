import LinuxSystem
import Model
import ScenarioReader
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

  /// The rule, word for word: the first of all waves that takes it. Quadratic.
  private func plainly(_ measurements: [PlannedMeasurement], jobs: Int, processors: Int) -> [[PlannedMeasurement]] {
    var waves: [[PlannedMeasurement]] = []
    for measurement in measurements {
      let kinds = measurement.scenario.disturbingFaults
      let wave = waves.indices.first { number in
        let others = waves[number]
        let weight = others.reduce(measurement.weight) { $0 + $1.weight }
        let spins = others.contains { $0.scenario.disturbingFaults.contains(.cpuSaturation) }
        return weight <= max(jobs, measurement.weight) && kinds.contains(.cpuSaturation) == spins
          && kinds.allSatisfy { kind in
            others.count { $0.scenario.disturbingFaults.contains(kind) } < 5 * processors
          }
      }
      if let wave { waves[wave].append(measurement) } else { waves.append([measurement]) }
    }
    return waves
  }

  @Test("the shipped scenarios, all at once, are split as by asking every wave in turn", arguments: [1, 7, 100])
  func asPlainly(jobs: Int) throws {
    let directory = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/Scenarios"
    let files = try DirectoryListing.names(in: directory).filter { $0.hasSuffix(".yaml") }.sorted()
      .map { ScenarioFile(name: $0, bytes: try OwnedDescriptor.open("\(directory)/\($0)").readToEnd()) }
    let scenarios = ScenarioReader.read(files).scenarios
    #expect(scenarios.count > 20)
    for processors in [1, 4] {
      // All of them in one plan, and herds, crowds and rebuilt routers mixed with the rest.
      let measurements = try Planner.plan(scenarios, seed: 1, trials: 3).measurements
      let mixed = measurements.sorted { ($0.trial, $0.scenario.name) < ($1.trial, $1.scenario.name) }
      for plan in [measurements, mixed] {
        let waves = Waves.split(plan, jobs: jobs, processors: processors)
        #expect(waves == plainly(plan, jobs: jobs, processors: processors))
      }
    }
  }

  @Test("a plan of 40,000 is split, its time left told, and cut into shards, in seconds")
  func large() {
    let plan = measurements(20_000, saturating: false) + measurements(20_000, saturating: true)
    let clock = ContinuousClock()
    // A few milliseconds each in a release build. What is quadratic takes minutes in this one.
    var waves: [[PlannedMeasurement]] = []
    #expect(clock.measure { waves = Waves.split(plan, jobs: 1, processors: 2) } < .seconds(10))
    #expect(waves.count == 40_000)
    var left: [Duration] = []
    #expect(clock.measure { left = Waves.timeLeft(waves) } < .seconds(10))
    #expect(left[0] == .milliseconds(5100) * 40_000)
    #expect(left[39_999] == .milliseconds(5100))
    var shards: [GuestShard] = []
    #expect(clock.measure { shards = GuestShard.split(Plan(seed: 1, measurements: plan)) } < .seconds(10))
    #expect(shards.count == 2000)
  }

  @Test("a wave lasts as long as its longest window, phase included")
  func longest() {
    #expect(Waves.longest(measurements(3, saturating: false)) == .milliseconds(5100))
    #expect(Waves.longest([]) == .zero)
  }
}
