import LinuxSystem

/// Whether a kernel may be run: it is a program, and runs with all the rights of its user.
enum KernelTrust {
  /// Why it must not be run; nil if there is no reason.
  ///
  /// Its executable, its directory and the place that holds it must belong to root or to the caller, and must not be
  /// writable by everybody. A user who may write to a directory further up can only replace these by another directory,
  /// which then has another owner.
  ///
  /// - Parameter caller: the user that would run it.
  static func objection(
    to executable: String, in directory: String, of place: String, caller: UInt32 = CurrentProcess.effectiveUser
  ) -> String? {
    for path in [place, directory, executable] {
      do throws(SystemError) {
        let status = try FileStatus(path)
        if status.owner != 0, status.owner != caller {
          return "\(path) belongs to user \(status.owner), who is neither root nor you"
        }
        if status.isWorldWritable { return "every user may write to \(path); chmod o-w removes that" }
      } catch {
        return "\(error)"
      }
    }
    return nil
  }
}
