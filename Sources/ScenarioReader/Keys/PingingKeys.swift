import Model

/// The keys that all mechanisms with heartbeats share: how these are carried, and who answers them.
enum PingingKeys {
  static let transport = Key(
    "transport", .word(Pinging.Transport.self, "transport"), .standard("tcp"),
    "Whether heartbeats go on the watched connection, or in datagrams beside it.")
  static let responder = Key(
    "responder", .word(Pinging.Responder.self, "responder"), .standard("event-loop"),
    "The server's thread that answers: the one that does everything, or one that only moves bytes.")
  static let depth = Key(
    "depth", .word(Pinging.Depth.self, "depth"), .standard("shallow"),
    "What an answer proves: that the responder lives, or that the worker behind an I/O thread does.")

  static let parameters = [Parameter(transport), Parameter(responder), Parameter(depth)]

  static func read(_ fields: Fields, _ problems: inout Problems) -> Pinging? {
    let (carrier, answerer) = (fields.read(transport, &problems), fields.read(responder, &problems))
    guard let probed = fields.read(depth, &problems), let carrier, let answerer else { return nil }
    if probed.value == .worker, answerer.value == .eventLoop {
      problems.report(
        .contradiction, at: probed.position,
        "`depth: worker` with an event loop, which is its own worker: the heartbeat would be a shallow one",
        expected: "responder: io-thread, or depth: shallow")
    }
    return Pinging(transport: carrier.value, responder: answerer.value, depth: probed.value)
  }

  /// Only servers have threads to choose from, and only clients send datagrams.
  static func checkServerObserver(_ pinging: Pinging, _ fields: Fields, _ problems: inout Problems) {
    if pinging.transport == .udp {
      Parameter(transport).reportIfGiven(
        fields, "is udp, but a server watches", expected: "observer: client, or transport: tcp", &problems)
    }
    if pinging.responder != .eventLoop {
      Parameter(responder).reportIfGiven(
        fields, "chooses a thread of the client, which has only its event loop, when a server watches",
        expected: "observer: client, or responder: event-loop", &problems)
    }
  }
}
