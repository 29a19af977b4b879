import Glibc

/// The logarithm of the upper tail of the standard normal distribution, Q(z) = P(Z > z).
///
/// Written by hand because the C library has erfc(3) but not its inverse, and because erfc itself underflows where
/// phi is beyond 323 (Q < 2^-1074) and loses digits from 307 on; the logarithm stays exact at any distance.
enum NormalTail {
  /// ln(sqrt(2 pi)).
  private static let halfLogTwoPi = 0.5 * log(2 * Double.pi)

  /// ln Q(z), to within a few units in the last place.
  static func logarithm(_ z: Double) -> Double {
    // Where Q is close to 1, its distance from 1 is computed, which keeps the digits.
    if z < 0 { return log1p(-0.5 * erfc(-z / 2.0.squareRoot())) }
    if z < 5 { return log(0.5 * erfc(z / 2.0.squareRoot())) }
    return -0.5 * z * z - halfLogTwoPi - log(inverseMillsRatio(z))
  }

  /// The z for which Q(z) = 10^-digits; `digits` is above 0.
  ///
  /// Newton's method on ln Q, which is concave and falls: started to the right of the root, it approaches the root
  /// without passing it. Q(z) <= exp(-z^2 / 2) / 2 for z >= 0, so sqrt(2 ln 10 digits) is to the right.
  static func point(digits: Double) -> Double {
    let target = -digits * M_LN10
    var z = (-2 * target).squareRoot()
    for _ in 0..<200 {
      let value = logarithm(z)
      let hazard = exp(-0.5 * z * z - halfLogTwoPi - value)
      let next = z + (value - target) / hazard
      // At the limit of precision, the iteration stops or reverses.
      if !(next < z) { break }
      z = next
    }
    return z
  }

  /// phi(z) / Q(z) for z >= 5 by Laplace's continued fraction, z + 1/(z + 2/(z + 3/(z + ...))) (Abramowitz and Stegun,
  /// 26.2.14), which 40 terms give to full precision there.
  private static func inverseMillsRatio(_ z: Double) -> Double {
    var fraction = z
    for term in stride(from: 40.0, through: 1, by: -1) { fraction = z + term / fraction }
    return fraction
  }
}
