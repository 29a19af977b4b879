import Model
import Yams

extension Kind where Value == String {
  static let text = Kind(shape: .text) { node, problems in
    if case .text(let text)? = node.meaning { return text }
    problems.report(
      .wrongType, at: node.position, "found \(node.described)",
      expected: node.scalar == nil ? Shape.text.spelled : "text; quote it if it is meant")
    return nil
  }

  static let name = Kind(shape: .name) { node, problems in
    guard let text = Kind<String>.text.read(node, &problems) else { return nil }
    let allowed = text.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || $0.properties.numericType != nil || " -_.".unicodeScalars.contains($0))
    }
    guard allowed, !text.isEmpty, text.count <= 100, !text.hasPrefix(" "), !text.hasSuffix(" ") else {
      problems.report(
        .invalidName, at: node.position, "`\(text)` cannot be a name",
        expected: Shape.name.spelled + ", at most 100, with no space at either end")
      return nil
    }
    return text
  }
}

extension Kind where Value == Bool {
  static let flag = Kind(shape: .flag) { node, problems in
    if case .flag(let flag)? = node.meaning { return flag }
    problems.report(.wrongType, at: node.position, "found \(node.described)", expected: Shape.flag.spelled)
    return nil
  }
}

extension Kind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> Kind {
    let shape = Shape.integer(range)
    return Kind(shape: shape) { node, problems in
      guard case .integer(let integer)? = node.meaning else {
        problems.report(.wrongType, at: node.position, "found \(node.described)", expected: shape.spelled)
        return nil
      }
      guard let integer, range.contains(integer) else {
        problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: shape.spelled)
        return nil
      }
      return integer
    }
  }
}

extension Kind where Value == Double {
  static let percentile = number(.percentile) { $0 > 0 && $0 <= Percentile.highest }

  static func positive(upTo limit: Int) -> Kind {
    number(.positive(upTo: limit)) { $0 > 0 && $0 <= Double(limit) }
  }

  private static func number(_ shape: Shape, _ allows: @escaping @Sendable (Double) -> Bool) -> Kind {
    Kind(shape: shape) { node, problems in
      let number: Double
      switch node.meaning {
      case .integer(let integer?): number = Double(integer)
      case .number(let real): number = real
      default:
        problems.report(.wrongType, at: node.position, "found \(node.described)", expected: shape.spelled)
        return nil
      }
      guard allows(number) else {
        problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: shape.spelled)
        return nil
      }
      return number
    }
  }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration, called `noun` in messages.
  static func word(_ type: Value.Type, _ noun: String, only words: [Value]? = nil) -> Kind {
    let word = Kind<String>.word((words ?? Array(type.allCases)).map(\.rawValue), noun)
    return Kind(shape: word.shape) { node, problems in word.read(node, &problems).flatMap(Value.init(rawValue:)) }
  }
}

extension Kind where Value == String {
  /// One of some words, called `noun` in messages.
  static func word(_ words: [String], _ noun: String) -> Kind {
    let shape = Shape.word(words)
    return Kind(shape: shape) { node, problems in
      guard case .text(let text)? = node.meaning else {
        problems.report(.wrongType, at: node.position, "found \(node.described)", expected: shape.spelled)
        return nil
      }
      guard words.contains(text) else {
        problems.report(
          .unknownWord, at: node.position, "unknown \(noun) `\(text)`" + suggestion(for: text, among: words),
          expected: shape.spelled)
        return nil
      }
      return text
    }
  }
}

extension Kind where Value == SettingValue {
  /// A setting of a mechanism.
  static func setting(_ kind: SettingKind) -> Kind {
    switch kind {
    case .duration(let rule): Kind<Duration>.duration(rule).map { .duration($0) }
    case .integer(let range): Kind<Int>.integer(range).map { .integer($0) }
    case .number(let limit): Kind<Double>.positive(upTo: limit).map { .number($0) }
    case .share(let rule): Kind<Double>.percentage(rule).map { .share($0) }
    case .word(let words, let noun): Kind<String>.word(words, noun).map { .word($0) }
    }
  }
}

extension Kind {
  /// The same, with its values mapped to others.
  fileprivate func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Kind<Other> {
    let read = read
    return Kind<Other>(shape: shape) { node, problems in read(node, &problems).map(transform) }
  }
}
