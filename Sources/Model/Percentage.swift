/// Shares of 0 to 1, as percentages.
public enum Percentage {
  /// The shortest decimal that reads back to the same share: 0.07 is `7.0%`, although 0.07 * 100 is 7.000000000000001.
  public static func spell(_ share: Double) -> String {
    guard share.isFinite, share >= 0 else { return "\(share * 100)%" }
    // Swift's own spelling is the shortest that reads back: the decimal point moves two places to the right.
    let parts = "\(share)".split(separator: "e")
    let number = parts[0].split(separator: ".")
    var digits = String(number[0]) + (number.count > 1 ? String(number[1]) : "")
    var point = number[0].utf8.count + 2 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    if point < 1 {
      digits = String(repeating: "0", count: 1 - point) + digits
      point = 1
    }
    while digits.utf8.count <= point { digits += "0" }
    let whole = digits.prefix(point).drop { $0 == "0" }
    var fraction = digits.dropFirst(point)
    while fraction.last == "0" { fraction.removeLast() }
    return "\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)%"
  }

  /// The reverse of `spell`; nil for anything else.
  public static func share(spelled text: String) -> Double? {
    guard text.hasSuffix("%"), text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }) else {
      return nil
    }
    return Double("\(text.dropLast())e-2")
  }
}
