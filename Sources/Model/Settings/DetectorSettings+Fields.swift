extension DetectorSettings {
  /// Every setting of the mechanism with its value, in the order of the CSV; empty if it has none.
  public var list: [Setting] {
    switch self {
    case .none, .linkMonitor, .routeMonitor: []
    case .keepalive(let settings): settings.list
    case .userTimeout(let settings): settings.list
    case .retransmission(let settings): settings.list
    case .connect(let settings): settings.list
    case .heartbeat(let settings): settings.list
    case .requestTimeout(let settings): settings.list
    case .phiAccrual(let settings): settings.list
    case .chen(let settings): settings.list
    case .adaptive(let settings): settings.list
    case .overload(let settings): settings.list
    }
  }

  /// The settings of a mechanism, each as `value` says; nil leaves it unset.
  public init<Failure: Error>(
    of mechanism: Mechanism, _ value: (SettingDescription) throws(Failure) -> SettingValue?
  ) throws(Failure) {
    switch mechanism {
    case .none: self = .none
    case .linkMonitor: self = .linkMonitor
    case .routeMonitor: self = .routeMonitor
    case .keepalive: self = .keepalive(try .read(value))
    case .userTimeout: self = .userTimeout(try .read(value))
    case .retransmission: self = .retransmission(try .read(value))
    case .connect: self = .connect(try .read(value))
    case .heartbeat: self = .heartbeat(try .read(value))
    case .requestTimeout: self = .requestTimeout(try .read(value))
    case .phiAccrual: self = .phiAccrual(try .read(value))
    case .chen: self = .chen(try .read(value))
    case .adaptive: self = .adaptive(try .read(value))
    case .overload: self = .overload(try .read(value))
    }
  }

  /// The CSV's `settings` column: `idle=1s interval=1s probes=2`; empty where there are none.
  public var spelled: String { words(\.spelled) }

  /// The settings as in the hash of a scenario.
  public var hashed: String { words(\.hashed) }

  private func words(_ spell: (SettingValue) -> String) -> String {
    list.compactMap { setting in
      setting.isSpoken ? setting.value.map { "\(setting.description.name)=\(spell($0))" } : nil
    }.joined(separator: " ")
  }
}

extension Mechanism {
  /// The names, ranges and meanings of its settings, in the order of the CSV.
  public var settings: [SettingDescription] {
    var descriptions: [SettingDescription] = []
    _ = DetectorSettings(of: self) { description in
      descriptions.append(description)
      return nil
    }
    return descriptions
  }
}
