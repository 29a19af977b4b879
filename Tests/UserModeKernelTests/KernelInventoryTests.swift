import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import UserModeKernel

@Suite("The kernels of all places")
struct KernelInventoryTests {
  private let scratch: Scratch
  private let named, user, system: KernelCache

  init() throws {
    scratch = try Scratch()
    named = KernelCache(directory: "\(scratch.path)/named", place: .named)
    user = KernelCache(directory: "\(scratch.path)/user", place: .user)
    system = KernelCache(directory: "\(scratch.path)/system", place: .system)
  }

  private var inventory: KernelInventory {
    get throws { try KernelInventory(of: [named, user, system]) }
  }

  /// A kernel, as far as a cache checks it.
  @discardableResult
  private func make(_ version: String, in cache: KernelCache, fragment: String? = nil) throws -> String {
    let fragment = fragment ?? KernelFragment.current.hash(of: version)
    let directory = "\(cache.directory)/\(version)-\(fragment)"
    try DirectoryCreation.make(directory)
    try OwnedDescriptor.open("\(directory)/linux", flags: O_WRONLY | O_CREAT, mode: 0o755).close()
    let record = KernelRecord(
      version: version, release: "\(version).1", fragment: fragment, source: "/x", built: "2026-01-31T12:00:00Z")
    try record.write(in: directory)
    return directory
  }

  @Test("the newest comes first wherever it is; of one version the first place counts, and stale ones come last")
  func order() throws {
    try make("6.1", in: named)
    try make("6.1", in: user)
    try make("6.12", in: user)
    try make("6.12", in: system)
    try make("6.13", in: system, fragment: "00000000")
    let all = try inventory.kernels
    #expect(all.map(\.version) == ["6.12", "6.12", "6.1", "6.1", "6.13"])
    #expect(all.map(\.place) == [.user, .system, .named, .user, .system])
    #expect(try inventory.kernel(version: nil).directory.hasPrefix(user.directory))
    #expect(try inventory.kernel(version: "6.1").place == .named)
    #expect(try inventory.kernel(version: "6.12.1").place == .user)
  }

  @Test("a colleague's kernel in the system-wide place is found without a kernel of the user's own")
  func systemWide() throws {
    try make("6.12", in: system)
    #expect(try inventory.kernel(version: nil).place == .system)
  }

  @Test("if there is none, the error names all places, and the command that builds one")
  func none() throws {
    let error = #expect(throws: UserModeKernelError.self) { try inventory.kernel(version: "6.12") }
    let message = try #require(error?.message)
    for cache in [named, user, system] { #expect(message.contains(cache.directory)) }
    #expect(message.contains("flatline kernel build --version 6.12"))
  }

  @Test("FLATLINE_KERNELS names absolute directories, separated by colons")
  func list() throws {
    #expect(try KernelInventory.named("").isEmpty)
    #expect(try KernelInventory.named("/a:/b c::/d").map(\.directory) == ["/a", "/b c", "/d"])
    let error = #expect(throws: UserModeKernelError.self) { try KernelInventory.named("/a:b") }
    #expect(error?.code == .usage && error?.message.contains("b is not an absolute path") == true)
  }

  @Test("a kernel that every user may write to is refused: its file, its directory, or the place", arguments: 0...2)
  func worldWritable(which: Int) throws {
    let directory = try make("6.12", in: system)
    #expect(try inventory.kernels.map(\.objection) == [nil])
    let path = [system.directory, directory, "\(directory)/linux"][which]
    chmod(path, 0o777)
    let kernel = try #require(try inventory.kernels.first)
    #expect(kernel.objection?.contains("every user may write to \(path)") == true && !kernel.isUsable)
    let error = #expect(throws: UserModeKernelError.self) { try inventory.kernel(version: nil) }
    #expect(error?.code == .unsupported && error?.message.contains("every user may write to \(path)") == true)
  }

  @Test(
    "a kernel that belongs to neither root nor the caller is refused, with its owner",
    .enabled(if: geteuid() == 0, "takes root to give a file away"))
  func owner() throws {
    let directory = try make("6.12", in: system)
    let executable = "\(directory)/linux"
    chown(executable, 1234, 1234)
    #expect(try inventory.kernels.first?.objection == "\(executable) belongs to user 1234, who is neither root nor you")
    #expect(KernelTrust.objection(to: executable, in: directory, of: system.directory, caller: 1234) == nil)
    chown(executable, 0, 0)
    #expect(KernelTrust.objection(to: executable, in: directory, of: system.directory, caller: 1234) == nil)
  }

  @Test("a refused kernel never comes before one that can be run")
  func refusedLast() throws {
    chmod(try make("6.12", in: named), 0o777)
    try make("6.1", in: user)
    #expect(try inventory.kernel(version: nil).version == "6.1")
    #expect(try inventory.kernels.map(\.version) == ["6.1", "6.12"])
  }
}
