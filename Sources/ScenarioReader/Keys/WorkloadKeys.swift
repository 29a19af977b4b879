import Model

/// The keys of `workload`: the word `idle`, or one kind of traffic with its settings.
enum WorkloadKeys {
  static let idle = "idle"

  private static func every(_ message: String) -> Key<Duration> {
    Key("every", .duration(.positive), .required, "The time from one \(message) to the next; at least 1ms.")
  }
  static let timeout = Key(
    "timeout", .duration(.positive), .required, "A request that is not answered within this time is lost.")
  static let size = Key(
    "size", .size(Workload.smallest...1_048_576), .standard(SizeUnit.spell(Workload.smallest)),
    "The payload of one message, its header of \(Workload.smallest) bytes included.")

  static let requests = Key(
    "requests",
    traffic("requests", "request", [Parameter(timeout)]) { spacing, size, fields, problems in
      fields.read(timeout, &problems).flatMap { patience in
        spacing.map { .requests(every: $0, timeout: patience.value, size: size) }
      }
    },
    .required, "The client sends requests at this interval, whether or not earlier ones were answered.")
  static let push = Key(
    "push", traffic("a push", "message") { spacing, size, _, _ in spacing.map { .push(every: $0, size: size) } },
    .required, "The server sends messages at this interval; the client's application does not answer.")
  static let trickle = Key(
    "trickle",
    traffic("a trickle", "message") { spacing, size, _, _ in spacing.map { .trickle(every: $0, size: size) } },
    .required, "The client sends messages at this interval; the server's application does not answer.")

  private static let keys = [requests, push, trickle]

  static let kind = Kind<Workload>(
    shape: .either([.word([idle])] + keys.map { .mapping(Section("a workload", [$0.described])) })
  ) { node, problems in
    let expected = "idle, requests: {every: 200ms, timeout: 1s}, push: {every: 1s} or trickle: {every: 1s}"
    let words = keys.map(\.name)
    if case .text(let word)? = node.meaning {
      if word == idle { return .idle }
      problems.report(
        .unknownWord, at: node.position,
        words.contains(word)
          ? "`\(word)` lacks its settings"
          : "unknown workload `\(word)`" + suggestion(for: word, among: [idle] + words), expected: expected)
      return nil
    }
    guard let pairs = Pairs(node, expected: expected, &problems) else { return nil }
    for pair in pairs.all where !words.contains(pair.name) {
      problems.report(
        .unknownKey, at: pair.position,
        "unknown key `\(pair.name)` in a workload" + suggestion(for: pair.name, among: words),
        expected: alternatives(words))
    }
    let present = pairs.all.filter { words.contains($0.name) }
    for extra in present.dropFirst() {
      problems.report(
        .contradiction, at: extra.position, "`\(extra.name)` beside `\(present[0].name)` in one workload",
        expected: "one of \(alternatives(words))")
    }
    guard let first = present.first, let key = keys.first(where: { $0.name == first.name }) else {
      problems.report(.missingKey, at: node.position, "a workload without traffic", expected: expected)
      return nil
    }
    return key.kind.read(first.value, &problems) ?? nil
  }

  /// nil within the value: what is wrong has been reported.
  private static func traffic(
    _ title: String, _ message: String, _ others: [Parameter] = [],
    _ build: @escaping @Sendable (Duration?, Int, Fields, inout Problems) -> Workload?
  ) -> Kind<Workload?> {
    let every = every(message)
    let keys = [every.described] + others.map(\.description) + [size.described]
    return .mapping(Section(title, keys)) { fields, problems in
      let spacing = fields.read(every, &problems)
      let payload = fields.read(size, &problems)
      if let spacing, spacing.value < .milliseconds(1) {
        problems.report(
          .outOfRange, at: spacing.position, "a \(message) every \(spacing.value.spelled)", expected: "at least 1ms")
      }
      let workload = build(spacing?.value, payload?.value ?? Workload.smallest, fields, &problems)
      return .some(payload == nil ? nil : workload)
    }
  }
}
