import Model

extension ScenarioDraft {
  /// Reports a failover to a backup that does not exist; nil if the scenario has no failover.
  func checkedFailover(_ topology: Topology, _ problems: inout Problems) -> FailoverPolicy? {
    guard let failover, let retry = failover.retry, let attemptTimeout = failover.attemptTimeout else { return nil }
    if failover.target?.value == .backup, self.topology.backup == false {
      problems.report(
        .topology, at: failover.target?.position ?? .start, "there is no backup server to fail over to",
        expected: "topology: {backup: true}, or to: server")
    }
    return FailoverPolicy(
      target: failover.target?.value ?? (topology.backup ? .backup : .server), retry: retry,
      attemptTimeout: attemptTimeout)
  }
}
