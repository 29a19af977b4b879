import Foundation
import JSON

@testable import ScenarioReader

/// A YAML document as an editor sees it.
indirect enum Instance {
  case nothing
  case flag(Bool)
  case number(Double, isInteger: Bool)
  case text(String)
  case list([Instance])
  case mapping([String: Instance])

  /// The documents of a text.
  static func documents(_ text: String) -> [Instance] {
    let documents = Documents(bytes: Array(text.utf8), file: "")
    var problems = Problems(file: "")
    return documents.nodes.compactMap { kind.read($0, &problems) }
  }

  private static var kind: Kind<Instance> {
    Kind(shape: .text) { node, _ in
      var problems = Problems(file: "")
      switch node.meaning {
      case .nothing: return .nothing
      case .flag(let flag): return .flag(flag)
      case .integer(let integer): return .number(Double(integer ?? .max), isInteger: true)
      case .number(let number): return .number(number, isInteger: false)
      case .text(let text), .tagged(let text): return .text(text)
      case nil:
        if let pairs = Pairs(node, expected: "", &problems) {
          let values = pairs.all.map { ($0.name, Self.kind.read($0.value, &problems) ?? .nothing) }
          return .mapping(Dictionary(values) { first, _ in first })
        }
        return .list((Kind.list(of: Self.kind, "").read(node, &problems) ?? []).map { $0.value ?? .nothing })
      }
    }
  }
}

/// Validates instances against the part of JSON Schema (draft 7) that the schema uses; other keywords are failures.
struct SchemaValidator {
  let schema: JSONValue

  func failures(_ instance: Instance) -> [String] { failures(instance, schema, at: "") }

  private func failures(_ instance: Instance, _ schema: JSONValue, at path: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(path): no schema"] }
    return keywords.sorted { $0.name < $1.name }.flatMap { keyword in
      holds(keyword.name, keyword.value, schema, instance, path).map { $0 ? [] : ["\(path): \(keyword.name)"] }
        ?? nested(keyword.name, keyword.value, instance, path)
    }
  }

  /// nil for keywords with schemas inside.
  private func holds(
    _ keyword: String, _ value: JSONValue, _ schema: JSONValue, _ instance: Instance, _ path: String
  ) -> Bool? {
    switch (keyword, value, instance) {
    case ("$schema", _, _), ("title", _, _), ("description", _, _), ("default", _, _): true
    case ("type", .string(let type), _): types(instance).contains(type)
    case ("enum", .array(let words), .text(let text)): words.contains(.string(text))
    case ("pattern", .string(let pattern), .text(let text)):
      text.range(of: pattern, options: .regularExpression) == text.startIndex..<text.endIndex
    case ("minimum", .int(let least), .number(let number, _)): number >= Double(least)
    case ("maximum", .int(let most), .number(let number, _)): number <= Double(most)
    case ("maximum", .double(let most), .number(let number, _)): number <= most
    case ("exclusiveMinimum", .int(let bound), .number(let number, _)): number > Double(bound)
    case ("exclusiveMaximum", .int(let bound), .number(let number, _)): number < Double(bound)
    case ("minItems", .int(let least), .list(let list)): list.count >= least
    case ("minProperties", .int(let least), .mapping(let mapping)): mapping.count >= least
    case ("required", .array(let names), .mapping(let mapping)):
      names.allSatisfy { if case .string(let name) = $0 { mapping[name] != nil } else { false } }
    case ("dependencies", .object(let needs), .mapping(let mapping)):
      needs.allSatisfy { need in
        guard mapping[need.name] != nil, let others = need.value.elements else { return true }
        return others.allSatisfy { if case .string(let other) = $0 { mapping[other] != nil } else { false } }
      }
    case ("additionalProperties", .bool(false), .mapping(let mapping)):
      mapping.keys.allSatisfy { schema["properties"]?[$0] != nil }
    case ("properties", _, _), ("items", _, _), ("anyOf", .array, _): nil
    case ("enum", _, _), ("pattern", _, _), ("minimum", _, _), ("maximum", _, _), ("exclusiveMinimum", _, _),
      ("exclusiveMaximum", _, _), ("minItems", _, _), ("minProperties", _, _), ("required", _, _),
      ("additionalProperties", _, _), ("dependencies", _, _):
      true
    default: false
    }
  }

  private func nested(
    _ keyword: String, _ value: JSONValue, _ instance: Instance, _ path: String
  ) -> [String] {
    switch (keyword, value, instance) {
    case ("anyOf", .array(let schemas), _): bestAlternative(schemas.map { failures(instance, $0, at: path) })
    case ("properties", .object, .mapping(let mapping)):
      mapping.flatMap { name, instance in value[name].map { failures(instance, $0, at: "\(path).\(name)") } ?? [] }
    case ("items", _, .list(let list)):
      list.enumerated().flatMap { failures($0.element, value, at: "\(path)[\($0.offset)]") }
    default: []
    }
  }

  /// Of several alternatives the one that is meant: the one with the fewest mistakes, and the deepest.
  private func bestAlternative(_ all: [[String]]) -> [String] {
    func depth(_ failures: [String]) -> Int { failures.map { text in text.count { $0 == "." } }.max() ?? 0 }
    return all.min { ($0.count, -depth($0)) < ($1.count, -depth($1)) } ?? []
  }

  private func types(_ instance: Instance) -> [String] {
    switch instance {
    case .nothing: ["null"]
    case .flag: ["boolean"]
    case .number(_, let isInteger): isInteger ? ["integer", "number"] : ["number"]
    case .text: ["string"]
    case .list: ["array"]
    case .mapping: ["object"]
    }
  }
}
