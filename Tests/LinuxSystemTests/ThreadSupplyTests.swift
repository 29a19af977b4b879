import LinuxSystem
import Testing

@Suite("The supply of threads")
struct ThreadSupplyTests {
  @Test("where there are enough threads, a check says nothing and leaves none")
  func enough() throws {
    func threads() throws -> Int { try DirectoryListing.names(in: "/proc/self/task").count }
    try ThreadSupply.check(8)
    // Other tests start threads of their own meanwhile.
    for _ in 1...10 { try ThreadSupply.check(100) }
    #expect(try threads() < 500)
  }
}
