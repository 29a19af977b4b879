import LinuxSystem

/// What killed runs have left on this machine without an owner. Only `run` and `doctor` remove it.
enum Leftovers {
  struct Removed {
    let groups, directories: Int

    var described: String {
      func count(_ number: Int, _ one: String, _ many: String) -> String? {
        number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
      }
      let parts = [count(groups, "cgroup", "cgroups"), count(directories, "directory", "directories")]
      let text = parts.compactMap { $0 }.joined(separator: ", ")
      return text.isEmpty ? "nothing" : "\(text); removed"
    }
  }

  /// Removes the cgroups of `starved` servers and the directories of guests whose owner has ended. An owner that lives
  /// holds a lock on each.
  @discardableResult
  static func remove() -> Removed {
    Removed(groups: CPUControlGroup.removeAbandoned(), directories: WorkDirectory.removeAbandoned())
  }
}
