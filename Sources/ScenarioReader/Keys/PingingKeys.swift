import Model

/// The rules for how heartbeats are carried, and which thread answers them.
enum PingingKeys {
  /// - Parameter position: the position of `depth`.
  static func check(_ pinging: Pinging, at position: Position, _ problems: inout Problems) {
    guard pinging.depth == .worker, pinging.responder == .eventLoop else { return }
    problems.report(
      .contradiction, at: position,
      "`depth: worker` with an event loop, which is its own worker: the heartbeat would be a shallow one",
      expected: "responder: io-thread, or depth: shallow")
  }

  /// Only servers have threads to choose from, and only clients send datagrams.
  static func checkServerObserver(
    _ pinging: Pinging, of mechanism: Mechanism, _ fields: Fields, _ problems: inout Problems
  ) {
    for parameter in MechanismKeys.parameters(of: mechanism) {
      switch parameter.description.name {
      case "transport" where pinging.transport == .udp:
        parameter.reportIfGiven(
          fields, "is udp, but a server watches", expected: "observer: client, or transport: tcp", &problems)
      case "responder" where pinging.responder != .eventLoop:
        parameter.reportIfGiven(
          fields, "chooses a thread of the client, which has only its event loop, when a server watches",
          expected: "observer: client, or responder: event-loop", &problems)
      case _: break
      }
    }
  }
}
