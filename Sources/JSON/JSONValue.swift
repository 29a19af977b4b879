import Model

/// A JSON value (RFC 8259) whose members keep their order, and whose unknown members are null rather than absent.
///
/// The one way in which this package writes JSON (`text`, `line`) and reads it (`init(parsing:)`).
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  /// Seconds as a decimal number, exact to the nanosecond.
  case seconds(Duration)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Sendable, Hashable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value that `make` makes from a present value, or null.
  public static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
    value.map(make) ?? .null
  }

  /// A count.
  public static func count(_ count: Int) -> JSONValue { .int(Int64(count)) }

  /// An object whose members are sorted by name.
  public static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }
}

// The value's content; nil if it is of another type.
extension JSONValue {
  /// An object's member of this name.
  public subscript(_ name: String) -> JSONValue? { members?.first { $0.name == name }?.value }

  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  public var string: String? { if case .string(let string) = self { string } else { nil } }

  public var int: Int64? { if case .int(let int) = self { int } else { nil } }

  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

  /// Any number, as the nearest floating-point number.
  public var number: Double? {
    switch self {
    case .int(let int): Double(int)
    case .double(let double): double
    case .seconds(let duration): duration.inSeconds
    case .null, .bool, .string, .array, .object: nil
    }
  }
}
