import Model

/// The keys of `workload`: the word `idle`, or `requests` with its settings.
enum WorkloadKeys {
  static let idle = "idle"

  static let every = Key("every", .duration(.positive), .required, "The time from one request to the next.")
  static let timeout = Key(
    "timeout", .duration(.positive), .required, "A request that is not answered for so long is lost.")

  static let requests = Key(
    "requests",
    Kind<Workload?>.mapping(Section("requests", [every.described, timeout.described])) { fields, problems in
      let spacing = fields.read(every, &problems)
      let patience = fields.read(timeout, &problems)
      guard let spacing, let patience else { return .some(nil) }
      if spacing.value < .milliseconds(1) {
        problems.report(
          .outOfRange, at: spacing.position, "a request every \(spacing.value.spelled)", expected: "at least 1ms")
      }
      return .requests(every: spacing.value, timeout: patience.value)
    },
    .required, "The client sends a request every so often, whether or not earlier ones were answered.")

  private static let section = Section("a workload", [requests.described])

  static let kind = Kind<Workload>(shape: .either([.word([idle]), .mapping(section)])) { node, problems in
    let expected = "idle, or requests: {every: 200ms, timeout: 1s}"
    if case .text(let word)? = node.meaning {
      if word == idle { return .idle }
      problems.report(
        .unknownWord, at: node.position,
        word == requests.name
          ? "`requests` lacks its settings"
          : "unknown workload `\(word)`" + suggestion(for: word, among: [idle, requests.name]), expected: expected)
      return nil
    }
    guard let pairs = Pairs(node, expected: expected, &problems) else { return nil }
    return Fields(pairs, section, &problems).read(requests, &problems)?.value
  }
}
