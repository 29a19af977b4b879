import Yams

extension Kind {
  /// A mapping of a section's keys, made into a value by `build`.
  static func mapping(
    _ section: Section, _ build: @escaping @Sendable (Fields, inout Problems) -> Value?
  ) -> Kind {
    let shape = Shape.mapping(section)
    return Kind(shape: shape) { node, problems in
      guard let pairs = Pairs(node, expected: shape.spelled, &problems) else { return nil }
      return build(Fields(pairs, section, &problems), &problems)
    }
  }

  /// A list of one or more; invalid elements are nil, so that the others can still be checked.
  static func list<Element>(of element: Kind<Element>, _ plural: String) -> Kind where Value == [Located<Element?>] {
    Kind(shape: .list(of: element.shape)) { node, problems in
      guard let sequence = node.sequence else {
        problems.report(.wrongType, at: node.position, "found \(node.described)", expected: "a list of \(plural)")
        return nil
      }
      if node.hasForeignTag { problems.report(.wrongType, at: node.position, "a tag on a list", expected: "no tag") }
      guard !sequence.isEmpty else {
        problems.report(
          .outOfRange, at: node.position, "the list is empty", expected: "a list of one or more \(plural)")
        return nil
      }
      return sequence.map { Located(value: element.read($0, &problems), position: $0.position) }
    }
  }
}
