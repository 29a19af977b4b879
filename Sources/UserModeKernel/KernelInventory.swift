import LinuxSystem

/// The kernels of all places: FLATLINE_KERNELS, the user's cache, and the system-wide cache.
///
/// Once an ordinary user has entered a user namespace, the owner of a file is no longer visible: take the inventory
/// before.
public struct KernelInventory: Sendable, Hashable {
  /// The places that were searched, in this order: of kernels of the same version, the first counts.
  public let caches: [KernelCache]
  /// Newest version first, and within a version in the order of the places; then kernels that are never run: stale
  /// ones, and ones that another user could have put there.
  public let kernels: [BuiltKernel]
  /// Why this user has no cache, if the environment does not name one.
  private let obstacle: UserModeKernelError?

  /// Searches the places that this process's environment names.
  public static func take() throws(UserModeKernelError) -> KernelInventory {
    var caches = try named(CurrentProcess.environment("FLATLINE_KERNELS") ?? "")
    var obstacle: UserModeKernelError?
    do throws(UserModeKernelError) {
      caches.append(try .ofThisUser())
    } catch {
      obstacle = error
    }
    return try KernelInventory(of: caches + [.system], obstacle: obstacle)
  }

  init(of caches: [KernelCache], obstacle: UserModeKernelError? = nil) throws(UserModeKernelError) {
    self.caches = caches
    self.obstacle = obstacle
    var kernels: [BuiltKernel] = []
    for cache in caches { kernels += try cache.contents() }
    // A stable sort: it keeps the order of the places.
    self.kernels = kernels.enumerated().sorted { left, right in
      let (ours, theirs) = (left.element.rank, right.element.rank)
      return ours == theirs ? left.offset < right.offset : theirs.lexicographicallyPrecedes(ours)
    }.map(\.element)
  }

  /// The directories in a list, separated by colons.
  ///
  /// - Throws: if one is not absolute: a guest's kernel would not find it.
  static func named(_ list: String) throws(UserModeKernelError) -> [KernelCache] {
    let directories = list.split(separator: ":").map(String.init)
    if let wrong = directories.first(where: { !$0.hasPrefix("/") }) {
      throw UserModeKernelError(
        .usage, stage: "read FLATLINE_KERNELS", "\(wrong) is not an absolute path; give some, separated by colons")
    }
    return directories.map { KernelCache(directory: $0, place: .named) }
  }

  /// The kernel of a version, such as `6.12`, or of a release, such as `6.12.117`; nil for the newest that can be run.
  ///
  /// - Throws: if there is none, with the command that builds it.
  public func kernel(version: String?) throws(UserModeKernelError) -> BuiltKernel {
    if let found = kernels.first(where: { $0.isUsable && $0.isCalled(version) }) { return found }
    throw UserModeKernelError(.unsupported, stage: "find a kernel for the virtual clock", absence(of: version))
  }

  /// Why there is no such kernel, and what to do about it.
  private func absence(of version: String?) -> String {
    let wanted = version.map { " of version \($0)" } ?? ""
    let remedy =
      switch version {
      case nil: "flatline kernel build, or make kernel"
      case let version? where KernelSource.versions.contains(version): "flatline kernel build --version \(version)"
      case _?: "flatline kernel build --source TREE, of that version's source"
      }
    let unusable = kernels.filter { !$0.isUsable && $0.isCalled(version) }
    if let refused = unusable.first(where: { $0.objection != nil }), let objection = refused.objection {
      return "the one\(wanted) in \(refused.directory) is not run: \(objection)"
    }
    if let stale = unusable.first {
      return "the one\(wanted) in \(stale.directory) was built with other options; rebuild it: \(remedy)"
    }
    let places = caches.map(\.directory).joined(separator: " or ")
    let usable = kernels.filter(\.isUsable).map(\.version)
    let others = usable.isEmpty ? "" : ", only \(usable.joined(separator: " and "))"
    let home = obstacle.map { "; \($0.message)" } ?? ""
    return "there is none\(wanted) in \(places)\(others); build it: \(remedy)\(home)"
  }
}
