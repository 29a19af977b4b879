import LinuxSystem
import Testing

@Suite("The supply of threads")
struct ThreadSupplyTests {
  @Test("if there are enough threads, the check passes and leaves none behind")
  func enough() throws {
    func threads() throws -> Int { try DirectoryListing.names(in: "/proc/self/task").count }
    try ThreadSupply.check(8)
    // Other tests start threads of their own meanwhile.
    for _ in 1...10 { try ThreadSupply.check(100) }
    #expect(try threads() < 500)
  }
}
