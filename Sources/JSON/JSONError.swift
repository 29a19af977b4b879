/// Why bytes are not JSON, or more JSON than is allowed.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// Something that RFC 8259 does not allow at this place.
    case syntax
    /// Bytes, or an escape, that are not a character.
    case notText
    /// A name that another member of the object has already.
    case duplicateName
    /// A number that cannot be represented.
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

/// How much JSON is read: this keeps reading cheap, whatever the source.
public struct JSONLimits: Sendable, Hashable {
  /// Bytes of the whole text.
  public var size: Int
  /// Nesting levels of arrays and objects, and so the depth of the recursion.
  public var depth: Int

  public init(size: Int = 16 << 20, depth: Int = 32) {
    self.size = size
    self.depth = depth
  }
}
