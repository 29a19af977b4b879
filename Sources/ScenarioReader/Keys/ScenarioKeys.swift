import Model
import Yams

/// The keys of a scenario: the top level of a document.
enum ScenarioKeys {
  /// The versions of the format that this reader supports.
  static let versions = 1...1

  static let version = Key("version", .version, .required, "The format's version.")
  static let name = Key(
    "name", .name, .required, "The scenario's name in the results; unique among all files that are run together.")
  static let summary = Key("summary", .text, .optional, "One sentence for the reader; it changes nothing.")
  static let topology = Key(
    "topology", TopologyKeys.kind, .derived("a routed ipv4 network without backup"),
    "The network that is built separately for each measurement.")
  static let workload = Key(
    "workload", WorkloadKeys.kind, .standard("idle"),
    "The business traffic on the watched connection: whether data is in flight decides most results.")
  static let clients = Key(
    "clients", .integer(1...1000), .standard("1"),
    "How many clients share the network; each runs the detector, and the first one is measured.")
  static let failover = Key(
    "failover", FailoverKeys.kind, .derived("to the backup at once, if there is one"),
    "What the clients do once they have declared the server dead.")
  static let acceptQueue = Key(
    "acceptQueue", .integer(1...4096), .standard("128"), "The servers' accept queue: the backlog of listen(2).")
  static let detectors = Key(
    "detectors", .list(of: DetectorKeys.kind, "detectors"), .required,
    "The detectors; every detector runs every trial, each in a separate network.")
  static let timeline = Key(
    "timeline", .list(of: TimelineKeys.kind, "injections and heals"), .required,
    "The injections and heals, with their times. Each trial adds its own phase to all times.")
  static let measure = Key(
    "measure", .word(FaultKind.self, "fault"), .derived("the only fault that is injected"),
    "The fault whose first injection is t0; required if different faults are injected.")
  static let observe = Key(
    "observe", .duration(.positive), .required,
    "How long a measurement lasts from its start: a detector that has not declared the peer dead by then missed it.")
  static let trials = Key(
    "trials", .integer(Planner.trials), .standard("10"), "How often each detector is measured.")
  static let expect = Key(
    "expect", .list(of: ExpectationKeys.kind, "expectations"), .optional,
    "The scenario's promises; a run fails if one is broken.")

  static let section = Section(
    "a scenario",
    [
      version.described, name.described, summary.described, topology.described, workload.described, clients.described,
      failover.described, acceptQueue.described, detectors.described, timeline.described, measure.described,
      observe.described, trials.described, expect.described,
    ])

  static let kind = Kind<ScenarioDraft>.mapping(section) { fields, problems in
    // The version determines how the rest is read, but all errors are reported at once.
    _ = fields.read(version, &problems)
    var draft = ScenarioDraft()
    draft.name = fields.read(name, &problems)
    draft.summary = fields.read(summary, &problems)?.value
    let standard = TopologyDraft(path: .routed, family: .ipv4, backup: false)
    draft.topology = fields.read(topology, &problems)?.value ?? (fields.has(topology) ? TopologyDraft() : standard)
    draft.workload = fields.read(workload, &problems)?.value
    draft.clients = fields.read(clients, &problems)?.value
    draft.failover = fields.read(failover, &problems)?.value
    draft.hasFailover = fields.has(failover)
    draft.acceptQueue = fields.read(acceptQueue, &problems)?.value
    draft.detectors = fields.read(detectors, &problems)?.value
    draft.timeline = fields.read(timeline, &problems)
    draft.measure = fields.read(measure, &problems)
    draft.hasMeasure = fields.has(measure)
    draft.observe = fields.read(observe, &problems)
    draft.trials = fields.read(trials, &problems)?.value
    draft.expectations = fields.read(expect, &problems)?.value ?? []
    return draft
  }
}

/// A scenario as far as it could be read; invalid parts are nil.
struct ScenarioDraft: Sendable {
  var name: Located<String>?
  var summary: String?
  var topology = TopologyDraft()
  var workload: Workload?
  var clients: Int?
  var failover: FailoverDraft?
  var hasFailover = false
  var acceptQueue: Int?
  var detectors: [Located<DetectorDraft?>]?
  var timeline: Located<[Located<EntryDraft?>]>?
  var measure: Located<FaultKind>?
  var hasMeasure = false
  var observe: Located<Duration>?
  var trials: Int?
  var expectations: [Located<ExpectationDraft?>] = []
}

extension Kind where Value == Int {
  /// The format's version: a separate kind, because another number is not a typing mistake but the file of another
  /// program version.
  fileprivate static var version: Kind {
    let versions = ScenarioKeys.versions
    return Kind(shape: .integer(versions)) { node, problems in
      guard case .integer(let number)? = node.meaning else {
        problems.report(
          .wrongType, at: node.position, "found \(node.described)", expected: "version \(versions.upperBound)")
        return nil
      }
      guard let number, versions.contains(number) else {
        problems.report(
          .unsupportedVersion, at: node.position, "version \(node.scalar?.string ?? "") is not supported",
          expected: "version \(versions.upperBound)")
        return nil
      }
      return number
    }
  }
}
