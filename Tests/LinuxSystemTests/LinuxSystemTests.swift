import Glibc
import LinuxSystem
import Testing

@Suite("Linux from Swift")
struct LinuxSystemTests {
  @Test("an error names the call, its object and the kernel's reason")
  func errors() {
    let error = #expect(throws: SystemError.self) { _ = try OwnedDescriptor.open("/nonexistent/file") }
    #expect(error?.description == "open /nonexistent/file: No such file or directory (ENOENT)")
  }

  @Test("a descriptor is closed with its owner")
  func descriptors() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let output = OwnedDescriptor(owning: ends[0])
    do {
      let input = OwnedDescriptor(owning: ends[1])
      try input.writeAll([1, 2, 3])
    }
    // The end of input comes only when the last writer is closed.
    #expect(try output.readToEnd() == [1, 2, 3])
  }

  @Test("HZ is one of those that kernels are built with")
  func hz() {
    #expect([100, 250, 300, 1000].contains(Clocks.kernelHZ()))
  }

  @Test("times are spelled as ISO 8601 in UTC")
  func utc() {
    #expect(UTC.iso8601(nanoseconds: 1_769_860_800_999_999_999) == "2026-01-31T12:00:00Z")
    #expect(UTC.compact(nanoseconds: 0) == "19700101T000000Z")
  }

  @Test("work on a dedicated thread returns its result or throws its error")
  func threads() async throws {
    #expect(try await DedicatedThread.run { 7 } == 7)
    #expect(try DedicatedThread.runBlocking { 8 } == 8)
    await #expect(throws: SystemError.self) { try await DedicatedThread.run { throw SystemError("x", .invalid) } }
  }
}
