import Model

extension ScenarioDraft {
  /// Reports impairments of cables that do not exist; unknown parts of the topology are assumed to have their defaults.
  func checkedTopology(_ problems: inout Problems) -> Topology {
    var result = Topology(
      path: topology.path ?? .routed, family: topology.family ?? .ipv4, backup: topology.backup ?? false)
    for draft in topology.impairments {
      checkExists(draft.cable, at: draft.position, in: result, &problems)
      result.impairments[draft.cable] = draft.impairment
    }
    return result
  }

  /// Reports faults of things that do not exist: cables, routers, NAT, backups, and codes of the other protocol.
  func checkFaultsFit(_ result: Topology, _ problems: inout Problems) {
    for entry in (timeline?.value ?? []).compactMap(\.value) {
      guard case .inject(let draft) = entry.action else { continue }
      if let cable = draft.cable { checkExists(cable.value, at: cable.position, in: result, &problems) }
      checkPath(of: draft.kind, at: entry.position, &problems)
      if let host = draft.listener, host.value == .backup, topology.backup == false {
        problems.report(
          .topology, at: host.position, "there is no backup server", expected: "topology: {backup: true}, or server")
      }
      if let rejection = draft.rejection, topology.family == .ipv6, !rejection.value.existsInIPv6 {
        problems.report(
          .topology, at: rejection.position, "IPv6 has no \(rejection.value.rawValue)",
          expected: alternatives(Rejection.allCases.filter(\.existsInIPv6).map(\.rawValue)))
      }
    }
  }

  private func checkPath(of kind: FaultKind, at position: Position, _ problems: inout Problems) {
    guard let path = topology.path else { return }
    switch kind.nature.needs {
    case .anyPath: break
    case .nat where path != .nat:
      problems.report(
        .topology, at: position, "the \(path.rawValue) path has no NAT for a \(kind.rawValue)",
        expected: "topology: {path: nat}")
    case .router where !path.hasRouter:
      problems.report(
        .topology, at: position, "the \(path.rawValue) path has no router for a \(kind.rawValue)",
        expected: "topology: {path: routed}")
    case .nat, .router: break
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
