import Model

// How a detector's settings are spelled in commands and events: its mechanism, and its fields by their names.

extension KeyValueWriter {
  mutating func add(_ settings: DetectorSettings) {
    add("mechanism", settings.mechanism.rawValue)
    for setting in settings.list { add(setting.description.name, setting.value?.spelled) }
  }
}

extension KeyValueReader {
  mutating func settings() throws(MalformedLine) -> DetectorSettings {
    let mechanism = try value("mechanism", "a mechanism", Mechanism.init(rawValue:))
    return try DetectorSettings(of: mechanism) { (setting) throws(MalformedLine) -> SettingValue? in
      let (name, kind) = (setting.name, setting.kind)
      if setting.mayBeUnset { return try optionalValue(name, kind.expectation, kind.value(spelled:)) }
      return try value(name, kind.expectation, kind.value(spelled:))
    }
  }
}
