import Glibc
import TestSupport
import Testing

@testable import UserModeKernel

@Suite("Where guests' memory lies")
struct MemoryDirectoryTests {
  @Test("in the first suitable directory")
  func first() throws {
    let scratch = try Scratch()
    #expect(try MemoryDirectory.choose(megabytes: 1, among: ["/nowhere", scratch.path, "/tmp"]) == scratch.path)
  }

  @Test("nothing is left there")
  func leavesNothing() throws {
    let scratch = try Scratch()
    _ = try MemoryDirectory.choose(megabytes: 1, among: [scratch.path])
    #expect(rmdir(scratch.path) == 0)
  }

  @Test("every refused directory is named, with the reason")
  func refusals() throws {
    let scratch = try Scratch()
    let places = ["here", "/nowhere", scratch.folder("white space"), scratch.path]
    let error = #expect(throws: UserModeKernelError.self) {
      try MemoryDirectory.choose(megabytes: 1 << 40, among: places)
    }
    #expect(error?.code == .unsupported)
    let message = error?.message ?? ""
    for reason in [
      "here: not an absolute path", "/nowhere: not there", "white space in its path", "MiB free, 1099511627776 needed",
      "TMPDIR=DIRECTORY",
    ] {
      #expect(message.contains(reason), "\(message)")
    }
  }
}
