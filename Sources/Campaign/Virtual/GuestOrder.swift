import Model
import ScenarioReader

/// What a guest is to do: a part of a plan. One fact per line, `name value`, in the file `order` of its directory.
public struct GuestOrder: Sendable, Hashable {
  public var run: String
  public var seed: Int64
  /// Overrides the scenario's own number, as for the whole plan.
  public var trials: Int
  public var scenario: String
  /// The hash that the host has of the scenario; the guest must come to the same.
  public var planHash: String
  public var detector: String
  public var observer: Observer
  public var first: Int
  public var last: Int

  init(_ part: GuestShard, seed: Int64, run: String) {
    let first = part.measurements[0]
    self.run = run
    self.seed = seed
    trials = first.trialsPlanned
    scenario = first.scenario.name
    planHash = first.planHash
    detector = first.detector.name
    observer = first.observer
    self.first = first.trial
    last = part.measurements.last?.trial ?? first.trial
  }

  public init(text: String) throws(CampaignError) {
    var facts: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { continue }
      facts[line[..<space]] = line[line.index(after: space)...]
    }
    func fact<Value>(_ name: Substring, _ read: (Substring) -> Value?) throws(CampaignError) -> Value {
      guard let value = facts[name].flatMap(read) else {
        throw CampaignError(.inputOutput, stage: "read the guest's order", "no \(name) in it")
      }
      return value
    }
    run = try fact("run") { String($0) }
    seed = try fact("seed") { Int64($0) }
    trials = try fact("trials") { Int($0) }
    scenario = try fact("scenario") { String($0) }
    planHash = try fact("plan") { String($0) }
    detector = try fact("detector") { String($0) }
    observer = try fact("observer") { Observer(rawValue: String($0)) }
    first = try fact("first") { Int($0) }
    last = try fact("last") { Int($0) }
  }

  public var text: String {
    """
    run \(run)
    seed \(seed)
    trials \(trials)
    scenario \(scenario)
    plan \(planHash)
    detector \(detector)
    observer \(observer.rawValue)
    first \(first)
    last \(last)

    """
  }

  /// The part of the plan, as planned anew from the scenario file.
  public func plan(_ file: ScenarioFile) throws -> Plan {
    let reading = ScenarioReader.read([file])
    guard let scenario = reading.scenarios.first(where: { $0.name == scenario }), scenario.planHash == planHash else {
      throw CampaignError(
        .inputOutput, stage: "read the guest's scenario",
        "\(self.scenario) is not there as the host understood it: \(reading.errors.map(\.description))")
    }
    let plan = try Planner.plan([scenario], seed: seed, trials: trials, detectors: [detector])
    return Plan(
      seed: seed,
      measurements: plan.measurements.filter { $0.observer == observer && (first...last).contains($0.trial) })
  }
}
