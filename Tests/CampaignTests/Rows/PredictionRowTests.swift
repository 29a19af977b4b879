import EndpointProtocol
import Lab
import Model
import Testing

@testable import Campaign

@Suite("What a row says of the prediction")
struct PredictionRowTests {
  private typealias Staged = StagedMeasurement

  private func staged(lastAnswer: Double = 4.5, next: Double = 5.5, declared: Double? = nil) -> StagedMeasurement {
    var staged = StagedMeasurement()
    staged.sample(.healthy, at: 0.5)
    staged.inject()
    staged.sample(.fault, at: 5.002, lastHeard: 0.3)
    staged.tell(.marked(ApplicationState(lastAnswer: Staged.at(lastAnswer), nextHeartbeat: Staged.at(next))))
    if let declared { staged.declare(at: declared) }
    staged.end(at: declared ?? 20)
    return staged
  }

  @Test("a heartbeat's is its timeout after the last answer, and the row lies inside or not")
  func inside() {
    let row = staged(declared: 7.5).row
    #expect(row.predictedMin == .milliseconds(2500) && row.predictedMax == .milliseconds(2500))
    #expect(row.withinPrediction == true && row.lastHeard == .milliseconds(500))
    #expect(staged(declared: 7.6).row.withinPrediction == false)
    #expect(staged().row.withinPrediction == false, "it was to be declared and was not")
  }

  @Test("a heartbeat due while the fault took effect may have been answered: the range covers both")
  func dueAtInjection() {
    let row = staged(lastAnswer: 4, next: 5.001, declared: 7).row
    #expect(row.predictedMin == .seconds(2) && row.predictedMax == .milliseconds(3001))
    #expect(row.withinPrediction == true)
  }

  @Test("the kernel's mechanisms last heard the last segment, as it was at t0")
  func kernelMechanism() {
    var staged = StagedMeasurement(detector: Scenarios.keepalive(1, 1, 2))
    staged.inject()
    staged.sample(.fault, at: 5.1, lastHeard: 0.3)
    staged.end()
    #expect(staged.row.lastHeard == .milliseconds(200))
  }

  @Test("one of a detector that is never to detect has no range, and agrees with silence only")
  func never() {
    var silent = StagedMeasurement(detector: Scenarios.none)
    silent.inject()
    silent.sample(.fault, at: 5.001)
    silent.tell(.marked(ApplicationState()))
    silent.end()
    #expect(silent.row.predictedMin == nil && silent.row.withinPrediction == true)
    silent.declare(at: 19)
    #expect(silent.row.withinPrediction == false)
  }

  @Test("the settings are those that the kernel took, the learned interval the last one told")
  func settings() {
    var staged = StagedMeasurement(began: false)
    let taken = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(2), timeout: .seconds(4)))
    staged.tell(.ready(at: Staged.at(-1), localPort: 1, settings: taken))
    staged.add(.began(Staged.begin))
    staged.tell(.learned(.seconds(8), at: Staged.at(1)))
    staged.tell(.learned(.seconds(16), at: Staged.at(2)))
    staged.end()
    #expect(staged.row.settings == taken.spelled && staged.row.learnedInterval == .seconds(16))
  }

  @Test("a measurement is decided by a verdict and its failover, by recovery only where that is the end")
  func decided() {
    func isDecided(_ staged: StagedMeasurement) -> Bool { LoggedMeasurement(staged.planned, staged.log).isDecided }
    var acting = StagedMeasurement()
    #expect(!isDecided(acting))
    acting.declare(at: 8)
    #expect(isDecided(acting))
    var failing = StagedMeasurement(topology: Topology(backup: true))
    failing.declare(at: 8)
    #expect(!isDecided(failing))
    failing.tell(.failedOver(at: Staged.at(9)))
    #expect(isDecided(failing))
    var recovered = StagedMeasurement()
    recovered.recover(at: 8)
    #expect(isDecided(recovered))
    var watching = StagedMeasurement(mode: .watch)
    watching.recover(at: 8)
    #expect(!isDecided(watching))
    var monitoring = StagedMeasurement(detector: Detector(name: "link", settings: .linkMonitor))
    monitoring.recover(at: 8)
    #expect(!isDecided(monitoring))
    var herd = StagedMeasurement(clients: 3)
    herd.declare(at: 8)
    #expect(!isDecided(herd))
  }
}
