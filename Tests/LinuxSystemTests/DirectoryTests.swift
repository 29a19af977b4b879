import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("Directories")
struct DirectoryTests {
  private let scratch: Scratch
  private var path: String { scratch.path }

  init() throws { scratch = try Scratch() }

  @Test("a lock is held by one at a time, and free again when its holder is gone or has removed the directory")
  func lock() throws {
    let place = "\(path)/locked"
    if let held = try DirectoryLock.take(place) {
      #expect(try !isFree(place))
      rmdir(place)
      #expect(try isFree(place))
      _ = consume held
    } else {
      Issue.record("no process holds it")
    }
    #expect(try isFree(place) && access(place, F_OK) == 0)
  }

  private func isFree(_ place: String) throws -> Bool {
    guard let lock = try DirectoryLock.take(place) else { return false }
    _ = consume lock
    return true
  }

  @Test("nothing is locked or removed by way of a symbolic link")
  func symbolicLinks() throws {
    let (real, link, dangling) = ("\(path)/real", "\(path)/link", "\(path)/dangling")
    mkdir(real, 0o755)
    try OwnedDescriptor.open("\(real)/file", flags: O_WRONLY | O_CREAT).close()
    symlink(real, link)
    symlink("/nonexistent", dangling)
    for place in [link, dangling] { #expect(throws: SystemError.self) { _ = try DirectoryLock.take(place) } }
    DirectoryRemoval.remove(link)
    #expect(access("\(real)/file", F_OK) == 0)
    #expect(throws: SystemError.self) { _ = try DirectoryLock.take("\(path)/none", makes: false) }
    #expect(access("\(path)/none", F_OK) == -1)
  }

  @Test("a directory is made with those above it that are missing, and only those are named")
  func creation() throws {
    #expect(try DirectoryCreation.make("\(path)/a/b/c") == ["\(path)/a", "\(path)/a/b", "\(path)/a/b/c"])
    #expect(try DirectoryCreation.make("\(path)/a/b/c").isEmpty)
    #expect(try DirectoryCreation.make("\(path)/a/b/d/") == ["\(path)/a/b/d/"])
    try OwnedDescriptor.open("\(path)/file", flags: O_WRONLY | O_CREAT).close()
    for taken in ["\(path)/file", "\(path)/file/below"] {
      let error = #expect(throws: SystemError.self) { try DirectoryCreation.make(taken) }
      #expect(error?.errno.code == ENOTDIR)
    }
  }

  @Test(
    "the directory above a path", arguments: [("a/b/c", "a/b"), ("a", "."), ("/a", "/"), ("a/b//", "a"), ("/", nil)])
  func parent(path: String, expected: String?) {
    #expect(DirectoryCreation.parent(of: path) == expected)
  }

  @Test("a directory replaces another in one step, or takes a free name")
  func exchange() throws {
    let (old, new) = ("\(path)/old", "\(path)/new")
    for folder in [old, new] {
      mkdir(folder, 0o755)
      try OwnedDescriptor.open("\(folder)/name", flags: O_WRONLY | O_CREAT).writeAll(Array(folder.utf8))
    }
    try DirectoryExchange.put(new, at: old)
    #expect(try OwnedDescriptor.open("\(old)/name").readToEnd() == Array(new.utf8))
    #expect(try OwnedDescriptor.open("\(new)/name").readToEnd() == Array(old.utf8))
    try DirectoryExchange.put(new, at: "\(path)/third")
    #expect(access(new, F_OK) == -1 && access("\(path)/third/name", F_OK) == 0)
    #expect(throws: SystemError.self) { try DirectoryExchange.put("\(path)/none", at: old) }
  }

  @Test("an ordinary directory allows execution; a missing one is an error")
  func execution() throws {
    try Filesystem.checkExecution(in: path)
    #expect(try DirectoryListing.names(in: path).isEmpty)
    #expect(throws: SystemError.self) { try Filesystem.checkExecution(in: "\(path)/none") }
    #expect(try Filesystem.freeBytes(at: path) > 0)
  }

  @Test("processes may be traced here, as user-mode kernels do, or the kernel says why not")
  func tracing() {
    do throws(SystemError) {
      try ProcessTracing.check()
    } catch {
      #expect(error.errno == .notPermitted)
    }
  }
}
