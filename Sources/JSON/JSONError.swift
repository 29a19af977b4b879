/// Why bytes are no JSON, or more of it than was allowed.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// Not what RFC 8259 allows at this place.
    case syntax
    /// Bytes, or an escape, that stand for no character.
    case notText
    /// A member's name that its object has already.
    case duplicateName
    /// A number that cannot be held.
    case outOfRange
    /// Longer or deeper than the limits.
    case tooLarge
  }

  public var code: Code
  /// The offset of the byte where it went wrong.
  public var offset: Int
  public var message: String

  public init(code: Code, offset: Int, message: String) {
    self.code = code
    self.offset = offset
    self.message = message
  }

  public var description: String { "byte \(offset): \(message)" }
}

/// How much JSON is read: whoever wrote it, reading stays cheap.
public struct JSONLimits: Sendable, Hashable {
  /// Bytes of the whole text.
  public var size: Int
  /// Levels of arrays and objects in each other; reading calls itself that often.
  public var depth: Int

  public init(size: Int = 16 << 20, depth: Int = 32) {
    self.size = size
    self.depth = depth
  }
}
