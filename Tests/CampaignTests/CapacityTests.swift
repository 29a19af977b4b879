import Testing

@testable import Campaign

@Suite("The capacity of a machine")
struct CapacityTests {
  @Test("the scarcest thing limits how many measurements run at a time")
  func limit() {
    #expect(Capacity(descriptors: 1_048_576, neighbours: 1024, processes: nil).limit == 128)
    #expect(Capacity(descriptors: 1024, neighbours: 1024, processes: nil).limit == 25)
    #expect(Capacity(descriptors: 1_048_576, neighbours: 1024, processes: 124).limit == 10)
    #expect(Capacity(descriptors: 1_048_576, neighbours: 1024, processes: 124).standard == 10)
    #expect(Capacity(descriptors: 1_048_576, neighbours: 1_000_000, processes: nil).standard == 100)
  }

  @Test("too little for even one is told with what it takes and the remedy")
  func shortage() {
    #expect(Capacity(descriptors: 64, neighbours: 1024, processes: 34).shortage == nil)
    #expect(Capacity(descriptors: 64, neighbours: 1024, processes: 34).limit == 1)
    let both = Capacity(descriptors: 10, neighbours: 1024, processes: 3).shortage ?? ""
    #expect(both.contains("10 open descriptors, and one measurement takes 64"))
    #expect(both.contains("ulimit -n"))
    #expect(both.contains("3 more processes and threads, and one measurement takes 34"))
    #expect(both.contains("RLIMIT_NPROC"))
  }
}
