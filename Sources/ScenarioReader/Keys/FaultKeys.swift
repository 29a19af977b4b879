import Model

/// The parameters of each fault: which keys it has, and how they are read.
enum FaultKeys {
  static let cable = Key(
    "cable", .word(CableName.self, "cable"), .standard("server"), "The cable, named for the host at its end.")
  static let direction = Key(
    "direction", .word(Direction.self, "direction"), .standard("both"), "The direction of the affected frames.")
  static let host = Key("host", .word(Observer.self, "host"), .standard("server"), "The host that it strikes.")
  static let listener = Key(
    "host", .word(ListeningHost.self, "host"), .standard("server"), "The host that accepts no connections.")
  static let downtime = Key(
    "downtime", .duration(.positive), .required,
    "How long it is without power, at least 10ms; then it comes up without its former state.")
  static let rejection = Key(
    "with", .word(Rejection.self, "rejection"), .standard("tcp-reset"),
    "What the sender gets: a TCP reset, or an ICMP destination unreachable, by its name in nft(8).")
  static let loose = Key(
    "loose", .flag, .standard("true"),
    "Whether the router adopts established connections (nf_conntrack_tcp_loose), or drops their segments as unknown.")
  static let after = Key(
    "after", .duration(.seconds(1...1_000_000)), .required,
    "The silence after which the router forgets a connection (nf_conntrack_tcp_timeout_established), to within a second."
  )
  static let mode = Key(
    "mode", .word(SaturationMode.self, "mode"), .standard("busy-loop"),
    "How the server is kept from its work: by a spinning thread, CPU-limited hogs, a blocked loop, or a spinning worker."
  )

  static let lasting = Key(
    "for", .duration(.positive), .optional, "Heals it this long after each injection; without it, a `heal` entry may.")
  static let every = Key(
    "every", .duration(.positive), .optional, "Injects it again this long after each injection; together with `times`.")
  static let times = Key(
    "times", .integer(1...10_000), .optional,
    "The total number of injections; together with `every`. A timeline may have up to \(Timeline.mostSteps) injections and heals."
  )

  static func parameters(of fault: FaultKind) -> [Parameter] {
    ownParameters(of: fault) + (fault.canBeHealed ? [Parameter(lasting)] : [])
      + (fault.isForGood ? [] : [Parameter(every), Parameter(times)])
  }

  /// The keys that may be given only together with others.
  static func companions(of fault: FaultKind) -> [String: [String]] {
    var companions = fault == .impair ? ImpairmentKeys.fault.companions : [:]
    if !fault.isForGood {
      companions[every.name] = fault.canBeHealed ? [times.name, lasting.name] : [times.name]
      companions[times.name] = [every.name]
    }
    return companions
  }

  private static func ownParameters(of fault: FaultKind) -> [Parameter] {
    switch fault {
    case .cablePull: [Parameter(cable)]
    case .blackhole: [Parameter(cable), Parameter(direction)]
    case .impair: [Parameter(cable), Parameter(direction)] + ImpairmentKeys.fault.parameters
    case .routerRestart: [Parameter(downtime)]
    case .firewallDrop: [Parameter(direction)]
    case .firewallReject: [Parameter(rejection)]
    case .natFlush: [Parameter(loose)]
    case .natTimeout: [Parameter(after)]
    case .interfaceDown, .processKill, .processStop, .hostCrash: [Parameter(host)]
    case .hostReboot: [Parameter(host), Parameter(downtime)]
    case .cpuSaturation: [Parameter(mode)]
    case .listenOverflow: [Parameter(listener)]
    case .routerCrash, .natRebind, .slowReader, .addressChange: []
    }
  }

  static func meaning(of fault: FaultKind) -> String {
    switch fault {
    case .cablePull: "Both ends of the cable lose carrier."
    case .interfaceDown: "The host's interface is set down: its carrier and its routes are gone."
    case .blackhole: "Frames vanish silently on the cable; carrier stays."
    case .impair: "The cable delays, loses, duplicates, reorders, damages or throttles frames."
    case .routerRestart: "The router loses power and all its state."
    case .routerCrash: "The router loses power and never returns."
    case .firewallDrop: "The router's firewall silently drops packets that it should forward."
    case .firewallReject: "The router's firewall rejects packets that it should forward, and notifies the sender."
    case .natFlush: "The router forgets all connections."
    case .natTimeout: "The router forgets a connection after some time without traffic."
    case .natRebind: "The router maps the connection to another source port."
    case .processKill: "The host's process is killed, and its kernel closes its connections; the heal starts a new one."
    case .processStop: "The host's process is stopped; its kernel goes on acknowledging."
    case .hostCrash: "The host loses power and never returns."
    case .hostReboot: "The host loses power, and returns with a new process and without its connections."
    case .cpuSaturation: "The server's process answers late or not at all, while its kernel goes on acknowledging."
    case .slowReader: "The server stops reading its connections: their receive windows close."
    case .listenOverflow: "The host's accept queue is full: new connections are not accepted, old ones still work."
    case .addressChange: "The client's address is replaced by another one of the same subnet."
    }
  }

  /// Reads the given keys into `draft`; its fault stays nil if something is wrong.
  static func read(
    _ kind: FaultKind, _ fields: Fields, into draft: inout InjectionDraft, _ problems: inout Problems
  ) {
    switch kind {
    case .cablePull:
      draft.cable = fields.read(cable, &problems)
      draft.fault = draft.cable.map { .cablePull(cable: $0.value) }
    case .blackhole:
      draft.cable = fields.read(cable, &problems)
      let concerned = fields.read(direction, &problems)
      if let cable = draft.cable, let concerned {
        draft.fault = .blackhole(cable: cable.value, direction: concerned.value)
      }
    case .impair:
      draft.cable = fields.read(cable, &problems)
      let concerned = fields.read(direction, &problems)
      let impairment = ImpairmentKeys.fault.read(fields, &problems)
      if !ImpairmentKeys.fault.parameters.contains(where: { $0.isGiven(fields) }) {
        problems.report(
          .missingKey, at: fields.position, "an impairment that says nothing",
          expected: alternatives(ImpairmentKeys.fault.parameters.map(\.description.name)))
      }
      if let cable = draft.cable, let concerned {
        draft.fault = .impair(cable: cable.value, direction: concerned.value, impairment)
      }
    case .routerRestart: draft.fault = downtime(fields, &problems).map { .routerRestart(downtime: $0) }
    case .hostReboot:
      draft.host = fields.read(host, &problems)
      let down = downtime(fields, &problems)
      if let host = draft.host, let down { draft.fault = .hostReboot(host: host.value, downtime: down) }
    case .firewallDrop: draft.fault = fields.read(direction, &problems).map { .firewallDrop(direction: $0.value) }
    case .firewallReject:
      draft.rejection = fields.read(rejection, &problems)
      draft.fault = draft.rejection.map { .firewallReject(with: $0.value) }
    case .natFlush: draft.fault = fields.read(loose, &problems).map { .natFlush(loose: $0.value) }
    case .natTimeout: draft.fault = fields.read(after, &problems).map { .natTimeout(after: $0.value) }
    case .interfaceDown:
      draft.host = fields.read(host, &problems)
      draft.fault = draft.host.map { .interfaceDown(host: $0.value) }
    case .processKill:
      draft.host = fields.read(host, &problems)
      draft.fault = draft.host.map { .processKill(host: $0.value) }
    case .processStop:
      draft.host = fields.read(host, &problems)
      draft.fault = draft.host.map { .processStop(host: $0.value) }
    case .hostCrash:
      draft.host = fields.read(host, &problems)
      draft.fault = draft.host.map { .hostCrash(host: $0.value) }
    case .cpuSaturation: draft.fault = fields.read(mode, &problems).map { .cpuSaturation(mode: $0.value) }
    case .listenOverflow:
      draft.listener = fields.read(listener, &problems)
      draft.fault = draft.listener.map { .listenOverflow(host: $0.value) }
    case .routerCrash: draft.fault = .routerCrash
    case .natRebind: draft.fault = .natRebind
    case .slowReader: draft.fault = .slowReader
    case .addressChange: draft.fault = .addressChange
    }
  }

  private static func downtime(_ fields: Fields, _ problems: inout Problems) -> Duration? {
    guard let down = fields.read(downtime, &problems) else { return nil }
    if down.value < .milliseconds(10) {
      problems.report(
        .outOfRange, at: down.position, "a downtime of \(down.value.spelled)",
        expected: "at least 10ms: it takes some milliseconds to come back")
    }
    return down.value
  }
}
