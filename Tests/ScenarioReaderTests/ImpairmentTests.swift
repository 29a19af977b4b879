import Model
import ScenarioReader
import Testing

@Suite("Impairments")
struct ImpairmentTests {
  private func cable(_ text: String) -> String { scenario("topology: {backup: true, cables: {server: {\(text)}}}") }
  private func fault(_ text: String) -> String { scenario("timeline: [{at: 3s, inject: impair, \(text)}]") }

  @Test("every key is read on a cable and in a fault")
  func keys() throws {
    let text = """
      delay: 20ms, jitter: 5ms, distribution: pareto, delayCorrelation: 25%, loss: 1%, lossCorrelation: 50%, \
      duplicate: 2%, reorder: 10%, corrupt: 0.1%, rate: 10mbit
      """
    let impairment = Impairment(
      delay: .milliseconds(20), jitter: .milliseconds(5), distribution: .pareto, delayCorrelation: 0.25, loss: 0.01,
      lossCorrelation: 0.5, duplicate: 0.02, reorder: 0.1, corrupt: 0.001, rate: 10_000_000)
    #expect(try read(cable(text)).topology.impairments == [.server: impairment])
    #expect(
      try read(fault("\(text), direction: to-client")).timeline.entries.map(\.action) == [
        .inject(.impair(cable: .server, direction: .toClient, impairment), repetition: nil)
      ])
    #expect(
      try read(cable("gilbertElliott: {toBad: 1%, toGood: 20%}")).topology.impairments == [
        .server: Impairment(gilbertElliott: GilbertElliott(toBad: 0.01, toGood: 0.2, lossInBad: 1, lossInGood: 0))
      ])
  }

  @Test("keys that need another one")
  func needs() {
    expectError(cable("jitter: 5ms"), "3:44", .contradiction, "`jitter` without `delay`")
    expectError(cable("delay: 5ms, distribution: normal"), "3:56", .contradiction, "`distribution` without `jitter`")
    expectError(cable("delay: 5ms, delayCorrelation: 5%"), "3:56", .contradiction, "without `jitter`")
    expectError(cable("lossCorrelation: 5%, rate: 1mbit"), "3:44", .contradiction, "`lossCorrelation` without `loss`")
    expectError(cable("reorder: 5%"), "3:44", .contradiction, "`reorder` without `delay`")
    expectError(fault("reorder: 5%"), "6:37", .contradiction, "`reorder` without `delay`")
  }

  @Test("keys that exclude each other")
  func excludes() {
    expectError(
      cable("loss: 1%, gilbertElliott: {toBad: 1%, toGood: 20%}"), "3:54", .contradiction,
      "`loss` together with `gilbertElliott` (expected one or the other)")
    expectError(cable("delay: 5ms, jitter: 6ms"), "3:64", .contradiction, "would make the delay of 5ms negative")
    #expect(errors(in: cable("delay: 5ms, jitter: 6ms, distribution: normal")) == [])
  }

  @Test("a channel with bursts needs both of its transitions")
  func bursts() {
    expectError(
      cable("gilbertElliott: {toBad: 1%}"), "3:60", .missingKey, "a Gilbert-Elliott channel lacks `toGood`")
    expectError(
      cable("gilbertElliott: {toBad: 0%, toGood: 20%}"), "3:68", .outOfRange, "above 0% and up to 100%")
    expectError(
      cable("gilbertElliott: {toBad: 1%, toGood: 20%, lossInBd: 5%}"), "3:85", .unknownKey,
      "did you mean `lossInBad`?")
  }

  @Test("a cable may lose everything by a fault only")
  func everything() throws {
    expectError(cable("loss: 100%"), "3:50", .outOfRange, "from 0% to below 100%")
    expectError(cable("corrupt: 100%"), "3:53", .outOfRange, "from 0% to below 100%")
    #expect(errors(in: fault("loss: 100%, cable: server")) == [])
    // A channel that never changes its state loses nothing, or everything.
    expectError(fault("loss: 5%, lossCorrelation: 100%"), "6:64", .outOfRange, "from 0% to below 100%")
    expectError(fault("loss: 100.1%"), "6:43", .outOfRange, "from 0% to 100%")
  }

  @Test("an impairment that says nothing, or something unknown")
  func nothing() {
    expectError(
      scenario("timeline: [{at: 3s, inject: impair, cable: server}]"), "6:12", .missingKey, "says nothing",
      "(expected delay, jitter,")
    expectError(fault("delai: 5ms, loss: 1%"), "6:37", .unknownKey, "did you mean `delay`?")
    expectError(
      cable("delay: 5ms, jitter: 1ms, distribution: gauss"), "3:83", .unknownWord,
      "unknown distribution `gauss`", "(expected normal, pareto or paretonormal)")
  }
}
