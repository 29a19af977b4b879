import Model
import Yams

/// A kind of value: its shape, and how it is read.
struct Kind<Value: Sendable>: Sendable {
  let shape: Shape
  /// nil if it is wrong, which has then been reported.
  let read: @Sendable (Node, inout Problems) -> Value?
}

/// A key as the reader uses it; `described` is the same without the type, for schema and documentation.
struct Key<Value: Sendable>: Sendable {
  let name: String
  let kind: Kind<Value>
  let presence: Presence
  let meaning: String

  init(_ name: String, _ kind: Kind<Value>, _ presence: Presence, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.presence = presence
    self.meaning = meaning
  }

  var described: KeyDescription {
    KeyDescription(name: name, shape: kind.shape, presence: presence, meaning: meaning)
  }
}
