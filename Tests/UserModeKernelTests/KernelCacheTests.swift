import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import UserModeKernel

@Suite("The cache of kernels")
struct KernelCacheTests {
  private let scratch: Scratch
  private let cache: KernelCache

  init() throws {
    scratch = try Scratch()
    cache = KernelCache(directory: "\(scratch.path)/kernels")
  }

  @Test("a missing cache holds nothing")
  func empty() throws {
    #expect(try cache.contents().isEmpty)
  }

  @Test("the newest version comes first, by numbers and not by letters; stale ones come last")
  func order() throws {
    try scratch.kernel("6.1", release: "6.1.192")
    try scratch.kernel("6.12", release: "6.12.117")
    try scratch.kernel("7.0", release: "7.0.1", fragment: "00000000")
    try scratch.kernel("6.9", release: "6.9.3")
    #expect(try cache.contents().map(\.release) == ["6.12.117", "6.9.3", "6.1.192", "7.0.1"])
    #expect(try cache.contents().map(\.isStale) == [false, false, false, true])
    #expect(try KernelInventory(of: [cache]).kernel(version: nil).release == "6.12.117")
    let old = try KernelInventory(of: [cache]).kernel(version: "6.1")
    #expect(old.release == "6.1.192" && old.executable == "\(old.directory)/linux")
  }

  @Test("builds under way, broken directories and foreign files do not count as kernels")
  func others() throws {
    try scratch.file("kernels/.build/linux", "", mode: 0o755)
    try scratch.kernel("6.1", release: "6.1.192")
    try scratch.file("kernels/notes", "")
    try scratch.file("kernels/6.2-00000000/linux", "", mode: 0o755)
    try scratch.file("kernels/6.3-00000000/linux", "", mode: 0o755)
    try scratch.file("kernels/6.3-00000000/about", "version: 6.3\nrelease: 6.3.1\n")
    try scratch.kernel("6.4", release: "6.4.1")
    unlink("\(cache.place(version: "6.4"))/linux")
    #expect(try cache.contents().map(\.version) == ["6.1"])
  }

  @Test("if there is no kernel, the error says what builds it")
  func missing() throws {
    let any = #expect(throws: UserModeKernelError.self) { try KernelInventory(of: [cache]).kernel(version: nil) }
    #expect(any?.code == .unsupported && any?.message.contains("flatline kernel build, or make kernel") == true)
    try scratch.kernel("6.12", release: "6.12.117")
    let other = #expect(throws: UserModeKernelError.self) { try KernelInventory(of: [cache]).kernel(version: "6.1") }
    #expect(other?.message.contains("flatline kernel build --version 6.1") == true)
  }

  @Test("a stale kernel is never run, and the error says that it was built with other options")
  func stale() throws {
    try scratch.kernel("6.12", release: "6.12.117", fragment: "00000000")
    for version in [nil, "6.12"] {
      let error = #expect(throws: UserModeKernelError.self) {
        try KernelInventory(of: [cache]).kernel(version: version)
      }
      #expect(error?.code == .unsupported && error?.message.contains("was built with other options") == true)
    }
  }

  @Test("the record of a kernel reads back unchanged")
  func record() throws {
    let record = KernelRecord(
      version: "6.12", release: "6.12.117", fragment: "12345678", source: "/a: b/c", built: "2026-01-31T12:00:00Z")
    #expect(try KernelRecord(record.text) == record)
    // Unchanged from earlier versions, so that built kernels are still recognized.
    #expect(
      record.text
        == "version: 6.12\nrelease: 6.12.117\nfragment: 12345678\nsource: /a: b/c\nbuilt: 2026-01-31T12:00:00Z\n")
    for text in ["version: 6.12\n", record.text + "version: 6.1\n", record.text + "colour: red\n", "version=6.12"] {
      #expect(throws: MalformedLine.self) { try KernelRecord(text) }
    }
  }
}
