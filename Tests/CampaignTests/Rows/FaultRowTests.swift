import EndpointProtocol
import Lab
import Model
import Testing

@testable import Campaign

@Suite("What a row says of the fault")
struct FaultRowTests {
  private typealias Staged = StagedMeasurement

  @Test("the worst of several proofs counts, and says what it did not see")
  func worstProof() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.prove(.confirmed, "carrier is down")
    staged.prove(.mismatch, "not seen: no frame")
    staged.prove(.inconclusive, "nothing was sent")
    staged.add(.noted("the timeline ran 0.2 s late"))
    staged.end()
    #expect(staged.row.faultVerdict == .mismatch)
    #expect(staged.row.reason == "the timeline ran 0.2 s late; not seen: no frame")
  }

  @Test("a fault that was never proven is inconclusive")
  func unproven() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.end()
    #expect(staged.row.faultVerdict == .inconclusive)
  }

  @Test("reasons are joined: the outcome's, the failover's, the notes, the proof's")
  func reasons() {
    var staged = StagedMeasurement(
      [.inject(Staged.cablePull, at: 5), .heal(.cablePull, at: 6)], topology: Topology(backup: true))
    staged.inject()
    staged.heal(1, at: 6)
    staged.add(.noted("first"))
    staged.add(.noted("second"))
    staged.prove(.inconclusive, "unsure")
    staged.end()
    #expect(staged.row.reason == "not-recovered; first; second; unsure")
  }

  @Test("all backends are named, with the share of a CPU that was consumed")
  func backends() {
    var staged = StagedMeasurement(
      [
        .inject(.blackhole(cable: .client, direction: .both), at: 1),
        .inject(.cpuSaturation(mode: .stall), at: 5),
      ], measured: .cpuSaturation)
    staged.inject(0, at: 1, backend: "tc-blackhole")
    staged.inject(1, at: 5, backend: "stall")
    staged.prove(cpu: 0.98765)
    staged.end()
    #expect(staged.row.faultBackend == "stall+tc-blackhole cpu=0.988")
  }

  @Test("t0 is the first injection of the measured fault, whatever came before or again")
  func firstOfMeasured() {
    var staged = StagedMeasurement(
      [
        .inject(.blackhole(cable: .server, direction: .both), at: 1), .inject(Staged.cablePull, at: 5),
        .heal(.cablePull, at: 7), .inject(Staged.cablePull, at: 9),
      ], measured: .cablePull)
    staged.inject(0, at: 1)
    staged.inject(1, at: 5)
    staged.heal(2, at: 7)
    staged.inject(3, at: 9)
    staged.end()
    #expect(staged.row.faultAt == .seconds(5))
  }

  @Test("the heal that counts is the last after which nothing is broken, nor will be")
  func lastHeal() {
    let slow = Fault.impair(cable: .server, direction: .both, Impairment(delay: .milliseconds(100)))
    var staged = StagedMeasurement(
      [
        .inject(Staged.cablePull, at: 5), .heal(.cablePull, at: 6), .inject(Staged.cablePull, at: 7),
        .heal(.cablePull, at: 8), .inject(slow, at: 9), .heal(.impair, at: 10),
      ], measured: .cablePull)
    staged.inject(0, at: 5)
    staged.heal(1, at: 6)
    #expect(staged.row.healAt == nil, "the cable will be pulled again")
    staged.inject(2, at: 7)
    staged.heal(3, at: 8)
    #expect(staged.row.healAt == .seconds(8))
    staged.inject(4, at: 9)
    staged.heal(5, at: 10)
    staged.end()
    #expect(staged.row.healAt == .seconds(10))
  }

  @Test("a heal while something else is still broken heals nothing yet")
  func stillBroken() {
    var staged = StagedMeasurement(
      [
        .inject(.blackhole(cable: .client, direction: .both), at: 4), .inject(Staged.cablePull, at: 5),
        .heal(.cablePull, at: 6), .heal(.blackhole, at: 7),
      ], measured: .cablePull)
    staged.inject(0, at: 4)
    staged.inject(1, at: 5)
    staged.heal(2, at: 6)
    #expect(staged.row.healAt == nil)
    staged.heal(3, at: 7)
    #expect(staged.row.healAt == .seconds(7))
  }

  @Test("a fault that is injected while one of its kind lasts takes its place, and one heal ends both")
  func replaced() {
    let other = Fault.blackhole(cable: .client, direction: .both)
    var staged = StagedMeasurement(
      [
        .inject(.blackhole(cable: .server, direction: .both), at: 5), .inject(other, at: 6), .heal(.blackhole, at: 7),
      ])
    staged.inject(0, at: 5)
    staged.inject(1, at: 6)
    let faults = LoggedMeasurement(staged.planned, staged.log).faults
    #expect(faults.lasting(.blackhole) == other && faults.lastingSpans.count == 1 && faults.spans[0].end != nil)
    staged.heal(2, at: 7)
    #expect(LoggedMeasurement(staged.planned, staged.log).faults.lastingSpans.isEmpty)
    #expect(staged.row.healAt == .seconds(7))
  }

  @Test("whether the connection stays broken, and whether its client can still speak, is told by the faults in force")
  func liveViews() {
    func faults(_ fault: Fault, healed: Bool = false) -> FaultHistory {
      var staged = StagedMeasurement([.inject(fault, at: 5), .heal(fault.kind, at: 6)])
      staged.inject()
      if healed { staged.heal(1, at: 6) }
      return LoggedMeasurement(staged.planned, staged.log).faults
    }
    #expect(faults(Staged.cablePull).staysBroken && !faults(Staged.cablePull, healed: true).staysBroken)
    #expect(faults(.processKill(host: .server), healed: true).staysBroken)
    #expect(faults(.processStop(host: .client)).clientIsSilenced)
    #expect(!faults(.processStop(host: .client), healed: true).clientIsSilenced)
    #expect(faults(.processKill(host: .client), healed: true).clientIsSilenced)
    #expect(!faults(Staged.cablePull).clientIsSilenced)
  }
}
