import Model
import Testing

/// Every mechanism's settings, as its fields describe them: a new one is tested without a word here.
@Suite("The settings of mechanisms")
struct SettingsTests {
  /// Two allowed values that differ.
  private static func values(_ kind: SettingKind) -> [SettingValue] {
    switch kind {
    case .duration(.seconds(let range)): [.duration(.seconds(range.lowerBound)), .duration(.seconds(range.upperBound))]
    case .duration(.milliseconds(let range)):
      [.duration(.milliseconds(range.lowerBound)), .duration(.milliseconds(range.upperBound))]
    case .duration: [.duration(.nanoseconds(1)), .duration(.seconds(3))]
    case .integer(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
    case .number(let limit): [.number(0.1), .number(Double(limit))]
    case .share: [.share(0.07), .share(0.5)]
    case .word(let words, _): words.map { .word($0) }
    }
  }

  private static func settings(_ mechanism: Mechanism, _ values: [String: SettingValue]) -> DetectorSettings {
    DetectorSettings(of: mechanism) { values[$0.name] }
  }

  private static func first(_ mechanism: Mechanism) -> [String: SettingValue] {
    Dictionary(uniqueKeysWithValues: mechanism.settings.map { ($0.name, values($0.kind)[0]) })
  }

  @Test("each setting is kept, and changes the words of the CSV and of the hash", arguments: Mechanism.allCases)
  func kept(mechanism: Mechanism) {
    let first = Self.first(mechanism)
    let settings = Self.settings(mechanism, first)
    #expect(settings.mechanism == mechanism)
    #expect(settings.list.map(\.description) == mechanism.settings)
    for setting in settings.list { #expect(setting.value == first[setting.description.name]) }
    for description in mechanism.settings {
      for value in Self.values(description.kind).dropFirst() {
        var values = first
        values[description.name] = value
        let other = Self.settings(mechanism, values)
        #expect(other != settings, "\(mechanism.rawValue) \(description.name)")
        #expect(other.spelled != settings.spelled, "\(mechanism.rawValue) \(description.name)")
        #expect(other.hashed != settings.hashed, "\(mechanism.rawValue) \(description.name)")
      }
    }
  }

  @Test("each value is allowed, and reads back as it is spelled", arguments: Mechanism.allCases)
  func spelled(mechanism: Mechanism) {
    for description in mechanism.settings {
      let values = Self.values(description.kind)
      #expect(Set(values).count > 1)
      for value in values {
        #expect(description.kind.allows(value), "\(mechanism.rawValue) \(description.name) \(value)")
        #expect(description.kind.value(spelled: value.spelled) == value)
      }
      #expect(description.kind.value(spelled: "?") == nil)
      #expect(!description.meaning.isEmpty)
    }
    #expect(Set(mechanism.settings.map(\.name)).count == mechanism.settings.count)
  }

  @Test("what is out of range is not allowed")
  func ranges() {
    #expect(!SettingKind.duration(.positive).allows(.duration(.zero)))
    #expect(!SettingKind.duration(.seconds(1...5)).allows(.duration(.milliseconds(1500))))
    #expect(!SettingKind.integer(1...5).allows(.integer(6)))
    #expect(!SettingKind.number(upTo: 5).allows(.number(0)))
    #expect(!SettingKind.number(upTo: 5).allows(.number(.nan)))
    #expect(!SettingKind.share(.positive).allows(.share(0)))
    #expect(!SettingKind.word(["a"], noun: "letter").allows(.word("b")))
    #expect(!SettingKind.word(["a"], noun: "letter").allows(.integer(1)))
  }

  @Test("only what differs from the standard is said of heartbeats, and a share is hashed as it always was")
  func words() {
    let settings = DetectorSettings.overload(
      OverloadSettings(interval: .seconds(1), threshold: 0.07, samples: 3, timeout: .seconds(3)))
    #expect(settings.spelled == "interval=1s threshold=7.0% samples=3 timeout=3s")
    #expect(settings.hashed == "interval=1s threshold=7.000000000000001% samples=3 timeout=3s")
    let udp = DetectorSettings.heartbeat(
      HeartbeatSettings(
        interval: .seconds(1), timeout: .seconds(3),
        pinging: Pinging(transport: .udp, responder: .ioThread, depth: .worker)))
    #expect(udp.spelled == "interval=1s timeout=3s transport=udp responder=io-thread depth=worker")
  }
}
