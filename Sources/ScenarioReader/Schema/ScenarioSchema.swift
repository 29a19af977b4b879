/// The JSON Schema (draft 7) of scenario files, for editors; made from the keys that the reader reads.
///
/// It knows the structure only: what several keys must agree on, and limits of quantities, are the reader's to check.
public enum ScenarioSchema {
  /// The schema's text, as committed in `scenario.schema.json`.
  public static func text() throws -> String {
    try document.spelled()
  }

  static var document: JSONValue {
    var schema = fields(of: .mapping(ScenarioKeys.section))
    schema["$schema"] = .string("http://json-schema.org/draft-07/schema#")
    schema["title"] = .string("A Flatline scenario, version \(ScenarioKeys.versions.upperBound)")
    return .object(schema)
  }

  static func schema(of section: Section) -> JSONValue { .object(mapping(section)) }

  private static func fields(of shape: Shape) -> [String: JSONValue] {
    switch shape {
    case .text: ["type": .string("string")]
    case .name: string("[A-Za-z0-9_.-]([A-Za-z0-9 _.-]*[A-Za-z0-9_.-])?")
    case .flag: ["type": .string("boolean")]
    case .integer(let range):
      ["type": .string("integer"), "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .percentile:
      ["type": .string("number"), "exclusiveMinimum": .integer(0), "exclusiveMaximum": .integer(100)]
    case .duration(let rule): quantity(DurationUnit.allCases.map(\.rawValue), positive: rule != .zeroOrMore)
    case .positive(let limit):
      ["type": .string("number"), "exclusiveMinimum": .integer(0), "maximum": .integer(limit)]
    case .percentage(let rule): quantity(["%"], positive: rule == .positive)
    case .rate: quantity(RateUnit.allCases.map(\.rawValue), positive: true)
    case .size: quantity(SizeUnit.allCases.map(\.rawValue), positive: true)
    case .word(let words): ["type": .string("string"), "enum": .list(words.map(JSONValue.string))]
    case .mapping(let section): mapping(section)
    case .list(let element):
      ["type": .string("array"), "minItems": .integer(1), "items": .object(fields(of: element))]
    case .either(let shapes): ["anyOf": .list(shapes.map { .object(fields(of: $0)) })]
    }
  }

  private static func string(_ pattern: String) -> [String: JSONValue] {
    ["type": .string("string"), "pattern": .string("^\(pattern)$")]
  }

  private static func quantity(_ units: [String], positive: Bool) -> [String: JSONValue] {
    string("\(positive ? "(?=.*[1-9])" : "")[0-9]+(\\.[0-9]+)?(\(units.joined(separator: "|")))")
  }

  private static func mapping(_ section: Section) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "type": .string("object"), "additionalProperties": .flag(false),
      "properties": .object(Dictionary(section.keys.map { ($0.name, property($0)) }) { first, _ in first }),
    ]
    let required = section.keys.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
    if !required.isEmpty { fields["required"] = .list(required) }
    if section.needsAny { fields["minProperties"] = .integer(1) }
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
    return .object(fields)
  }

  private static func standard(_ text: String, _ shape: Shape) -> JSONValue {
    switch shape {
    case .integer, .positive: Int(text).map(JSONValue.integer) ?? .string(text)
    case .flag: .flag(text == "true")
    default: .string(text)
    }
  }
}
