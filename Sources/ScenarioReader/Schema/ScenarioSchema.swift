import JSON

import Model

/// The JSON Schema (draft 7) of scenario files, for editors; made from the keys that the reader reads.
///
/// It knows the structure, the limits of single values, and which keys need others. Only the reader checks whether
/// several values agree.
public enum ScenarioSchema {
  /// The schema's text, as committed in `scenario.schema.json`.
  public static var text: String { document.text + "\n" }

  static var document: JSONValue {
    var schema = fields(of: .mapping(ScenarioKeys.section))
    schema["$schema"] = .string("http://json-schema.org/draft-07/schema#")
    schema["title"] = .string("A Flatline scenario, version \(ScenarioKeys.versions.upperBound)")
    return .sorted(schema)
  }

  static func schema(of section: Section) -> JSONValue { .sorted(mapping(section)) }

  private static func fields(of shape: Shape) -> [String: JSONValue] {
    switch shape {
    case .text: ["type": .string("string")]
    case .name: string("[A-Za-z0-9_.-]([A-Za-z0-9 _.-]*[A-Za-z0-9_.-])?")
    case .flag: ["type": .string("boolean")]
    case .integer(let range):
      ["type": .string("integer"), "minimum": .count(range.lowerBound), "maximum": .count(range.upperBound)]
    case .percentile:
      ["type": .string("number"), "exclusiveMinimum": .count(0), "maximum": .double(Percentile.highest)]
    case .duration(let rule): duration(rule)
    case .positive(let limit):
      ["type": .string("number"), "exclusiveMinimum": .count(0), "maximum": .count(limit)]
    case .percentage(let rule): percentage(rule)
    case .rate: quantity(RateUnit.allCases.map(\.rawValue), positive: true)
    case .size(let range):
      string(NumberPattern.quantity(SizeUnit.allCases.map { ($0.rawValue, $0.bytes) }, range: range))
    case .word(let words): ["type": .string("string"), "enum": .array(words.map(JSONValue.string))]
    case .mapping(let section): mapping(section)
    case .list(let element):
      ["type": .string("array"), "minItems": .count(1), "items": .sorted(fields(of: element))]
    case .either(let shapes): ["anyOf": .array(shapes.map { .sorted(fields(of: $0)) })]
    }
  }

  private static func string(_ pattern: String) -> [String: JSONValue] {
    ["type": .string("string"), "pattern": .string("^\(pattern)$")]
  }

  private static func quantity(_ units: [String], positive: Bool) -> [String: JSONValue] {
    string("\(positive ? "(?=.*[1-9])" : "")[0-9]+(\\.[0-9]+)?(\(units.joined(separator: "|")))")
  }

  /// Several units may follow each other, the larger ones first: `1h30m`.
  private static func duration(_ rule: DurationRule) -> [String: JSONValue] {
    let units = DurationUnit.allCases.map { (name: $0.rawValue, size: Int($0.nanoseconds)) }
    let several = units.map { "([0-9]+\($0.name))?" }.joined()
    // With at least two of them.
    let compound = "(?=[0-9]+[a-z]+[0-9])\(several)"
    switch rule {
    case .positive, .zeroOrMore:
      let single = "[0-9]+(\\.[0-9]+)?(\(units.map(\.name).joined(separator: "|")))"
      return string("\(rule == .positive ? "(?=.*[1-9])" : "")(\(single)|\(compound))")
    case .seconds(let range): return limited(range, of: 1_000_000_000, units, compound)
    case .milliseconds(let range): return limited(range, of: 1_000_000, units, compound)
    }
  }

  private static func limited(
    _ range: ClosedRange<Int>, of step: Int, _ units: [(name: String, size: Int)], _ compound: String
  ) -> [String: JSONValue] {
    let whole = NumberPattern.quantity(
      units, range: range.lowerBound * step...range.upperBound * step, step: step)
    return string("(\(whole)|\(compound))")
  }

  private static func percentage(_ rule: PercentageRule) -> [String: JSONValue] {
    let below = "0*[0-9]{1,2}(\\.[0-9]+)?"
    let whole = "0*100(\\.0+)?"
    return switch rule {
    case .partial: string("\(below)%")
    case .any: string("(\(below)|\(whole))%")
    case .positive: string("(?=.*[1-9])(\(below)|\(whole))%")
    }
  }

  private static func mapping(_ section: Section) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "type": .string("object"), "additionalProperties": .bool(false),
      "properties": .sorted(Dictionary(section.keys.map { ($0.name, property($0)) }) { first, _ in first }),
    ]
    let required = section.keys.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
    if !required.isEmpty { fields["required"] = .array(required) }
    if section.needsAny { fields["minProperties"] = .count(1) }
    if !section.companions.isEmpty {
      fields["dependencies"] = .sorted(section.companions.mapValues { .array($0.map(JSONValue.string)) })
    }
    return fields
  }

  private static func property(_ key: KeyDescription) -> JSONValue {
    var fields = fields(of: key.shape)
    var description = key.meaning
    if let type = key.shape.shortlySpelled { description += " Type: \(type)." }
    switch key.presence {
    case .required, .optional: break
    case .derived(let words): description += " Default: \(words)."
    case .standard(let text):
      description += " Default: \(text)."
      fields["default"] = standard(text, key.shape)
    }
    fields["description"] = .string(description)
    return .sorted(fields)
  }

  private static func standard(_ text: String, _ shape: Shape) -> JSONValue {
    switch shape {
    case .integer, .positive: Int(text).map(JSONValue.count) ?? .string(text)
    case .flag: .bool(text == "true")
    default: .string(text)
    }
  }
}
