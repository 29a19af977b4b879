import Glibc
import Testing

@testable import Detectors

@Suite("The tail of the normal distribution")
struct NormalTailTests {
  /// Abramowitz and Stegun, table 26.2 (-log Q), with more digits from a computation in 60 decimals.
  static let table: [(z: Double, digits: Double)] = [
    (1, 0.799545541491970500), (2, 1.643016080140937048), (3, 2.869699035929369077), (5, 6.542645672390654496),
    (10, 23.11805340548607589), (20, 88.56009534307559192), (30, 197.3092092616609494), (37, 299.2421811786099217),
    (50, 544.9663358619966550), (100, 2173.871542869034377), (500, 54289.90829958215409),
  ]

  @Test("the logarithm is that of the table, far beyond where erfc underflows", arguments: table)
  func logarithm(z: Double, digits: Double) {
    #expect(abs(-NormalTail.logarithm(z) / M_LN10 / digits - 1) < 1e-14)
  }

  @Test("the inverse is that of the table", arguments: table)
  func inverse(z: Double, digits: Double) {
    #expect(abs(NormalTail.point(digits: digits) / z - 1) < 1e-13)
  }

  @Test(
    "the well-known quantiles",
    arguments: [
      (1.0, 1.281551565544600466), (3, 3.090232306167813541), (8, 5.612001244174788731), (16, 8.222082216130435612),
      (300, 37.04709629936119923), (-log10(0.5), 0), (-log10(0.975), -1.959963984540054),
    ] as [(Double, Double)])
  func quantiles(digits: Double, z: Double) {
    #expect(abs(NormalTail.point(digits: digits) - z) < 1e-12 * max(abs(z), 1))
  }

  @Test("it is the integral of the density", arguments: [-3.0, -0.5, 0, 0.7, 2.5, 4.9, 5, 5.1, 9, 25])
  func integral(z: Double) {
    // Q(z) = phi(z) x the integral of exp(-z t - t^2 / 2) over t > 0, by Simpson's rule.
    let (steps, end) = (20_000, z < 3 ? 15 : 40 / z)
    let width = end / Double(steps)
    var sum = 0.0
    for step in 0...steps {
      let t = Double(step) * width
      let weight = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
      sum += weight * exp(-z * t - t * t / 2)
    }
    let expected = -z * z / 2 - 0.5 * log(2 * Double.pi) + log(sum * width / 3)
    #expect(abs(NormalTail.logarithm(z) - expected) < 1e-11)
  }

  @Test("the inverse undoes the logarithm from the smallest suspicion to the largest, and grows")
  func roundTrip() {
    var last = -Double.infinity
    for exponent in stride(from: -8.0, through: 3.5, by: 0.01) {
      let digits = pow(10, exponent)
      let z = NormalTail.point(digits: digits)
      #expect(abs(-NormalTail.logarithm(z) / M_LN10 / digits - 1) < 1e-12)
      #expect(z > last)
      last = z
    }
  }

  @Test("it falls without a jump where one formula replaces another")
  func monotone() {
    var last = 0.0
    for step in 1...40_000 {
      let value = NormalTail.logarithm(-10 + Double(step) * 0.001)
      #expect(value <= last)
      last = value
    }
  }
}
