/// What the model says of a detection time.
public enum Prediction: Sendable, Hashable {
  /// Declared dead between the two, counted from t0; bounds of the model, without tolerance.
  case range(min: Duration, max: Duration)
  /// Not declared dead at all.
  case never
  /// No closed form; why.
  case unknown(String)
}
