/// What all faults of one kind have in common.
public struct FaultNature: Sendable, Hashable {
  public let ends: FaultEnding
  /// The path that it needs.
  public let needs: FaultPath
  /// Whether it kills every connection that it affects, unless it is healed.
  public let breaksForSure: Bool
  /// Whether another one at the same place may replace one that is in force.
  public let isAdjustable: Bool
  /// How long it must last to be proven; nil: the injection itself proves it.
  public let provableAfter: Duration?
  /// The activity that it makes the server stop; nil: none.
  public let pauses: ServiceActivity?

  init(
    ends: FaultEnding, needs: FaultPath, breaksForSure: Bool, isAdjustable: Bool = false,
    provableAfter: Duration? = nil, pauses: ServiceActivity? = nil
  ) {
    self.ends = ends
    self.needs = needs
    self.breaksForSure = breaksForSure
    self.isAdjustable = isAdjustable
    self.provableAfter = provableAfter
    self.pauses = pauses
  }
}

/// How a fault ends.
public enum FaultEnding: Sendable, Hashable {
  /// By an entry of the timeline, or after its `for`.
  case byHeal
  /// It has a duration of its own, so it cannot be healed, and it may be repeated.
  case byItself
  /// Nothing can heal it: it is an event, not a state.
  case never
}

/// The path that a fault needs.
public enum FaultPath: Sendable, Hashable {
  case anyPath, router, nat
}

extension FaultKind {
  /// Whether a `heal` entry may name it.
  public var canBeHealed: Bool { nature.ends == .byHeal }
  public var endsByItself: Bool { nature.ends == .byItself }
  public var isForGood: Bool { nature.ends == .never }
}

/// What the rest of the program must know about a fault.
public struct FaultTraits: Sendable, Hashable {
  /// The cable or host that is broken, and the direction if only one is affected.
  public let place: String
  /// How it is broken, if there are several ways: `mode=stall`.
  public let details: String
  /// The parameters by the names of the scenario's keys; `for`, `every` and `times` belong to the timeline.
  public let parameters: [FaultParameter]
  /// Its text in the hash of a scenario.
  public let hashedBy: HashedWords
  /// How long the fault lasts by itself; nil if only a `heal` ends it, or nothing.
  public let downtime: Duration?
  /// What it affects.
  public let reach: FaultReach
  /// The side whose endpoint cannot observe; nil if both can.
  public let silences: Silenced?
  /// Which other measurements it disturbs.
  public let disturbs: FaultDisturbance
  /// The kernel features that it needs, besides those of a lab.
  public let requires: Set<FaultRequirement>

  /// A fault's text in the hash of a scenario.
  public enum HashedWords: Sendable, Hashable {
    /// Its parameters by their names.
    case parameters
    /// Its `target`, as in hashes that were published; it must name every parameter.
    case target
  }

  init(
    place: String, details: String = "", parameters: [FaultParameter], hashedBy: HashedWords,
    downtime: Duration? = nil, reach: FaultReach, silences: Silenced?, disturbs: FaultDisturbance,
    requires: Set<FaultRequirement>
  ) {
    self.place = place
    self.details = details
    self.parameters = parameters
    self.hashedBy = hashedBy
    self.downtime = downtime
    self.reach = reach
    self.silences = silences
    self.disturbs = disturbs
    self.requires = requires
  }

  /// The CSV's `fault_target` column: the place, and how it is broken if there are several ways.
  public var target: String { details.isEmpty ? place : "\(place) \(details)" }

  /// Its words in the hash of a scenario.
  public var hashed: String {
    switch hashedBy {
    case .parameters: parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    case .target: target
    }
  }
}

extension Fault {
  /// The CSV's `fault_target` column: the cable or host that is broken, and how if there are several ways.
  public var target: String { traits.target }
}

/// One parameter, by its key in scenario files.
public struct FaultParameter: Sendable, Hashable {
  public let name: String
  public let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The side whose endpoint cannot observe, and for how long.
public struct Silenced: Sendable, Hashable {
  public let side: Observer
  public let until: Until

  public enum Until: Sendable, Hashable {
    /// The heal ends it.
    case whileInForce
    /// The process that observed is gone.
    case forGood
  }

  init(_ side: Observer, _ until: Until) {
    self.side = side
    self.until = until
  }
}

/// Which other measurements a fault disturbs.
public enum FaultDisturbance: Sendable, Hashable {
  case nobody
  /// Hosts or routers are rebuilt: the kernel's RTNL lock is held for milliseconds each.
  case rebuilds
  /// Something burns CPU while it lasts: wake-ups are late, and virtual time never passes. The text says what to write
  /// instead on the virtual clock.
  case spins(insteadOnVirtualClock: String)

  public var spins: Bool {
    switch self {
    case .spins: true
    case .nobody, .rebuilds: false
    }
  }
}

/// The kernel features that a fault needs, besides those of a lab.
public enum FaultRequirement: Sendable, Hashable, CaseIterable {
  case blackhole, netem, tokenBucket, nftables, reject, conntrack, cpuCgroup
}
