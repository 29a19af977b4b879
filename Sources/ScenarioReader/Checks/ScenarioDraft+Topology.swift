import Model

extension ScenarioDraft {
  /// Reports impairments of cables that do not exist; what is unknown about the topology is taken to be standard.
  func checkedTopology(_ problems: inout Problems) -> Topology {
    var result = Topology(
      path: topology.path ?? .routed, family: topology.family ?? .ipv4, backup: topology.backup ?? false)
    for draft in topology.impairments {
      checkExists(draft.cable, at: draft.position, in: result, &problems)
      result.impairments[draft.cable] = draft.impairment
    }
    return result
  }

  /// Reports faults on cables, and of a router, that do not exist.
  func checkFaultsFit(_ result: Topology, _ problems: inout Problems) {
    for entry in (timeline?.value ?? []).compactMap(\.value) {
      if let cable = entry.cable { checkExists(cable.value, at: cable.position, in: result, &problems) }
      if case .inject(.blackhole(let cable, _), _) = entry.action, result.impairments[cable] != nil {
        problems.report(
          .topology, at: entry.cable?.position ?? entry.position,
          "a blackhole on the cable `\(cable.rawValue)`, which is impaired: a port has one queueing discipline",
          expected: "another cable, or no impairment of this one")
      }
      if entry.needsRouter, topology.path == .direct {
        problems.report(
          .topology, at: entry.position, "the direct path has no router to restart",
          expected: "topology: {path: routed}")
      }
    }
  }

  private func checkExists(
    _ cable: CableName, at position: Position, in result: Topology, _ problems: inout Problems
  ) {
    // With an unknown path or backup any cable may exist.
    guard topology.path != nil, topology.backup != nil, !result.cables.contains(cable) else { return }
    let existing = alternatives(result.cables.map(\.rawValue))
    switch cable {
    case .backup:
      problems.report(
        .topology, at: position, "there is no cable `backup` without a backup server",
        expected: "topology: {backup: true}, or \(existing)")
    case .client, .server:
      problems.report(
        .topology, at: position, "the \(result.path.rawValue) path has no cable `\(cable.rawValue)`",
        expected: existing)
    }
  }
}
