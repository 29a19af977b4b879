/// The model's prediction of a detection time.
public enum Prediction: Sendable, Hashable {
  /// Declared dead between these two times, counted from t0; the model's bounds, without tolerance.
  case range(min: Duration, max: Duration)
  /// Not declared dead at all.
  case never
  /// No closed form, and why.
  case unknown(String)
}
