import Model

/// The settings of each mechanism as keys: made from its fields, and read into them.
enum MechanismKeys {
  private static func key(of setting: SettingDescription) -> Key<SettingValue> {
    Key(setting.name, .setting(setting.kind), setting.presence, setting.meaning)
  }

  static func parameters(of mechanism: Mechanism) -> [Parameter] {
    mechanism.settings.map { Parameter(key(of: $0)) }
  }

  /// nil if a setting is wrong, which has then been reported.
  static func read(
    _ mechanism: Mechanism, _ fields: Fields, _ problems: inout Problems
  ) -> DetectorDraft.Settings? {
    var given = GivenSettings()
    let settings = DetectorSettings(of: mechanism) { setting in
      let key = key(of: setting)
      let value = fields.read(key, &problems)
      given.values[setting.name] = value
      switch setting.presence {
      case .required, .standard: if value == nil { given.isComplete = false }
      case .optional, .derived: if value == nil, fields.has(key) { given.isComplete = false }
      }
      return value?.value
    }
    let agrees = given.check(settings, &problems)
    guard agrees, given.isComplete else { return nil }
    // Its timeout may come from the workload.
    if case .requestTimeout = settings { return .requestTimeout(given.duration("timeout")?.value) }
    return .settings(settings)
  }
}

/// The settings of one mechanism as far as they could be read.
private struct GivenSettings {
  var values: [String: Located<SettingValue>] = [:]
  /// Whether nothing is missing or wrong.
  var isComplete = true

  func duration(_ name: String) -> Located<Duration>? {
    guard let located = values[name], case .duration(let duration) = located.value else { return nil }
    return Located(value: duration, position: located.position)
  }

  /// Reports settings that contradict each other; returns whether there are none.
  func check(_ settings: DetectorSettings, _ problems: inout Problems) -> Bool {
    if let pinging = settings.pinging, let depth = values["depth"], values["responder"] != nil {
      PingingKeys.check(pinging, at: depth.position, &problems)
    }
    return switch settings {
    case .heartbeat, .overload: checkTimeout(&problems)
    case .adaptive: checkRange(&problems)
    case .none, .keepalive, .userTimeout, .retransmission, .connect, .requestTimeout, .phiAccrual, .chen, .linkMonitor,
      .routeMonitor:
      true
    }
  }

  private func checkRange(_ problems: inout Problems) -> Bool {
    guard let shortest = duration("from"), let longest = duration("to"), longest.value <= shortest.value else {
      return true
    }
    problems.report(
      .contradiction, at: longest.position,
      "nothing to learn from \(shortest.value.spelled) to \(longest.value.spelled)",
      expected: "a longest interval above the shortest")
    return false
  }

  private func checkTimeout(_ problems: inout Problems) -> Bool {
    guard let spacing = duration("interval"), let patience = duration("timeout"), patience.value <= spacing.value else {
      return true
    }
    problems.report(
      .contradiction, at: patience.position,
      "a timeout of \(patience.value.spelled) raises false alarms between heartbeats \(spacing.value.spelled) apart",
      expected: "a timeout above the interval")
    return false
  }
}
