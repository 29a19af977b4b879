import Model
import Testing

@testable import Campaign

@Suite("What the application may have known")
struct PossibilitiesTests {
  private func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }
  private let heartbeat = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))

  @Test("a heartbeat due while the fault took effect may have been answered")
  func heartbeats() {
    let state = ApplicationState(lastAnswer: instant(9), nextHeartbeat: instant(10))
    #expect(state.statesAtFault(from: instant(9.5), until: instant(9.99), lag: .zero, heartbeat, .idle) == [state])
    let both = state.statesAtFault(from: instant(9.99), until: instant(10.01), lag: .zero, heartbeat, .idle)
    #expect(both == [state, ApplicationState(lastAnswer: instant(10), nextHeartbeat: instant(11))])
  }

  @Test("so may one that a late loop sent only then")
  func lateLoop() {
    let state = ApplicationState(lastAnswer: instant(9), nextHeartbeat: instant(11))
    let (t0, by) = (instant(10.004), instant(10.005))
    #expect(state.statesAtFault(from: t0, until: by, lag: .milliseconds(1), heartbeat, .idle) == [state])
    #expect(
      state.statesAtFault(from: t0, until: by, lag: .milliseconds(9), heartbeat, .idle) == [
        state, ApplicationState(lastAnswer: by, nextHeartbeat: instant(11)),
      ])
  }

  @Test("so may a request")
  func requests() {
    let state = ApplicationState(lastAnswer: instant(9.8), nextRequest: instant(10))
    let busy = Workload.requests(every: .milliseconds(200), timeout: .seconds(1))
    #expect(state.statesAtFault(from: instant(9.9), until: instant(10), lag: .zero, .none, .idle) == [state])
    #expect(
      state.statesAtFault(from: instant(9.9), until: instant(10), lag: .zero, .none, busy) == [
        state, ApplicationState(lastAnswer: instant(10), nextRequest: instant(10.2)),
      ])
  }

  @Test("two predictions join to their hull, or to none")
  func joining() {
    let first = Prediction.range(min: .seconds(1), max: .seconds(2))
    #expect(
      first.joined(with: .range(min: .seconds(3), max: .seconds(4))) == .range(min: .seconds(1), max: .seconds(4)))
    #expect(Prediction.never.joined(with: .never) == .never)
    if case .unknown = first.joined(with: .never) {} else { Issue.record("a range and never join to nothing known") }
    #expect(first.joined(with: .unknown("why")) == .unknown("why"))
  }
}
