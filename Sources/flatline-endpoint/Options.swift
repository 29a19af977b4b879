import Endpoint

/// The command line.
struct Options {
  static let usage = "usage: flatline-endpoint server|client [--netns PATH] [--parent PID]"

  let role: Endpoint.Role
  /// The network namespace to enter: `/proc/123/fd/45`.
  var namespace: String?
  /// The process with which this one is to end.
  var parent: Int32?

  init(_ arguments: ArraySlice<String>) throws(UsageError) {
    var rest = arguments
    guard let word = rest.popFirst() else { throw UsageError(message: "a role is missing") }
    guard let role = Endpoint.Role(rawValue: word) else { throw UsageError(message: "'\(word)' is no role") }
    self.role = role
    while let option = rest.popFirst() {
      switch option {
      case "--netns":
        namespace = try Options.value(of: option, from: &rest)
      case "--parent":
        let text = try Options.value(of: option, from: &rest)
        guard let parent = Int32(text), parent > 0 else {
          throw UsageError(message: "--parent \(text): expected a process id")
        }
        self.parent = parent
      default: throw UsageError(message: "'\(option)' is no option")
      }
    }
  }

  private static func value(of option: String, from rest: inout ArraySlice<String>) throws(UsageError) -> String {
    guard let value = rest.popFirst() else { throw UsageError(message: "\(option) needs a value") }
    return value
  }
}

/// Arguments that make no sense.
struct UsageError: Error {
  let message: String
}
