import Model
import ScenarioReader
import Testing

@Suite("Workloads")
struct WorkloadTests {
  @Test("each kind is read, with and without a size")
  func kinds() throws {
    for (text, workload) in [
      ("idle", Workload.idle),
      (
        "{requests: {every: 1s, timeout: 2s, size: 1400B}}",
        .requests(every: .seconds(1), timeout: .seconds(2), size: 1400)
      ),
      ("{push: {every: 1s}}", .push(every: .seconds(1))),
      ("{push: {every: 1s, size: 1MiB}}", .push(every: .seconds(1), size: 1_048_576)),
      ("{trickle: {every: 10ms, size: 1.5KiB}}", .trickle(every: .milliseconds(10), size: 1536)),
      ("{trickle: {every: 10ms, size: 24B}}", .trickle(every: .milliseconds(10))),
    ] {
      #expect(try read(scenario("workload: \(text)")).workload == workload)
    }
  }

  @Test("sizes without unit, with an unknown one, or out of range")
  func sizes() {
    func text(_ size: String) -> String { scenario("workload: {push: {every: 1s, size: \(size)}}") }
    expectError(text("1400"), "4:36", .missingUnit, "`1400` has no unit (expected a size from 24B to 1MiB)")
    expectError(text("16KB"), "4:36", .missingUnit, "`KB` is not a unit of a size (expected B, KiB or MiB)")
    expectError(text("23B"), "4:36", .outOfRange, "from 24B to 1MiB")
    expectError(text("1025KiB"), "4:36", .outOfRange)
    expectError(text("24.5B"), "4:36", .outOfRange, "decimals")
    expectError(text("big"), "4:36", .wrongType, "`big` is not a size")
  }

  @Test("several kinds at once, none, an unknown one, or settings of another")
  func choice() {
    expectError(
      scenario("workload: {push: {every: 1s}, trickle: {every: 1s}}"), "4:31", .contradiction,
      "`trickle` beside `push` in one workload (expected one of requests, push or trickle)")
    expectError(scenario("workload: {}"), "4:11", .missingKey, "a workload without traffic")
    expectError(scenario("workload: trickel"), "4:11", .unknownWord, "did you mean `trickle`?")
    expectError(scenario("workload: push"), "4:11", .unknownWord, "`push` lacks its settings")
    #expect(
      errors(in: scenario("workload: {pusch: {every: 1s}}")).map(\.code) == [.missingKey, .unknownKey])
    expectError(
      scenario("workload: {push: {every: 1s, timeout: 1s}}"), "4:30", .unknownKey, "unknown key `timeout` in a push")
    expectError(scenario("workload: {trickle: {every: 999us}}"), "4:29", .outOfRange, "a message every 999us")
  }

  @Test(
    "mechanisms and promises about requests need requests",
    arguments: ["idle", "{push: {every: 1s}}", "{trickle: {every: 1s}}"])
  func requests(workload: String) {
    expectError(
      scenario("workload: \(workload)", "detectors: [request-timeout]"), "5:13", .contradiction,
      "without requests that could time out")
    expectError(
      scenario("workload: \(workload)", "expect: [{requests_lost: 0}]"), "9:11", .contradiction,
      "lost requests without a workload of requests")
  }
}
