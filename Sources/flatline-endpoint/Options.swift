/// The command line.
struct Options {
  static let usage = "usage: flatline-endpoint [--parent PID]"

  /// The process with which this one ends.
  var parent: Int32?

  init(_ arguments: ArraySlice<String>) throws(UsageError) {
    var rest = arguments
    while let option = rest.popFirst() {
      guard option == "--parent" else { throw UsageError(message: "'\(option)' is not an option") }
      guard let text = rest.popFirst() else { throw UsageError(message: "\(option) needs a value") }
      guard let parent = Int32(text), parent > 0 else {
        throw UsageError(message: "--parent \(text): expected a process id")
      }
      self.parent = parent
    }
  }
}

/// Arguments that make no sense.
struct UsageError: Error {
  let message: String
}
