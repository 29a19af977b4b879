import Model
import ScenarioReader

/// A guest's job: a part of a plan. The file `order` of its directory.
public struct GuestOrder: Sendable, Hashable {
  public var run: String
  public var seed: Int64
  /// Overrides the scenario's own number, as for the whole plan.
  public var trials: Int
  public var scenario: String
  /// The host's hash of the scenario; the guest must compute the same one.
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
    do throws(MalformedLine) {
      var facts = try KeyValueReader(document: text, title: "the guest's order")
      run = try facts.text("run")
      seed = try facts.value("seed", "a seed") { Int64($0) }
      trials = try facts.integer("trials")
      scenario = try facts.text("scenario")
      planHash = try facts.text("plan")
      detector = try facts.text("detector")
      observer = try facts.value("observer", "a side", Observer.init(rawValue:))
      first = try facts.integer("first")
      last = try facts.integer("last")
      try facts.end()
    } catch {
      throw CampaignError(.inputOutput, stage: "read the guest's order", "\(error)")
    }
    guard first >= 1, first <= last else {
      throw CampaignError(.inputOutput, stage: "read the guest's order", "trials \(first) to \(last)")
    }
  }

  public var text: String {
    var facts = KeyValueWriter.document
    facts.add("run", run)
    facts.add("seed", "\(seed)")
    facts.add("trials", trials)
    facts.add("scenario", scenario)
    facts.add("plan", planHash)
    facts.add("detector", detector)
    facts.add("observer", observer.rawValue)
    facts.add("first", first)
    facts.add("last", last)
    return facts.text
  }

  /// The part of the plan, planned again from the scenario file.
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
