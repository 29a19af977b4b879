import Glibc
import LinuxSystem
import Model
import Results

/// A results file that grows row by row. Every row is written before its measurement is torn down.
public actor ResultFile {
  /// What to do if a file of that name exists.
  public enum Existing: Sendable, Hashable {
    case refuse
    /// It is replaced in one step once the first row of the new one is written; until then it stays unchanged.
    case replace
  }

  /// The path that was asked for.
  public nonisolated let path: String
  /// Also open for reading, as the rows of a file that lost its name are read from here.
  private let descriptor: OwnedDescriptor
  /// The file's length up to the end of the last complete row.
  private var length: Int
  /// The temporary name of the file until it replaces the older one.
  private var pending: String?
  public private(set) var rows: [ResultRow] = []
  /// Rows that could not be written, as on a full disk.
  public private(set) var unwritten: [ResultRow] = []

  /// Creates the file and writes the header.
  public init(creating path: String, existing: Existing = .refuse) throws(CampaignError) {
    self.path = path
    var beside: String?
    do throws(SystemError) {
      descriptor = try Self.open(path, existing, beside: &beside)
    } catch {
      let isTaken = error.errno.code == EEXIST
      let remedy = isTaken ? "--force replaces it; or name another with --output" : "name another place with --output"
      throw CampaignError(.inputOutput, stage: "create the results file", "\(error); \(remedy)")
    }
    pending = beside
    do throws(SystemError) {
      try descriptor.writeAll(CSVEncoder.header)
    } catch {
      unlink(beside ?? path)
      throw CampaignError(
        .inputOutput, stage: "create the results file", "\(error); name another place with --output")
    }
    length = CSVEncoder.header.count
  }

  /// Opens a new file: under its own name, or beside the one that it will replace.
  private static func open(
    _ path: String, _ existing: Existing, beside: inout String?
  ) throws(SystemError) -> OwnedDescriptor {
    // Writes go to the end, even if another program has truncated the file: then the file is too short, which is
    // detected.
    let flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND
    switch existing {
    case .refuse: return try .open(path, flags: flags)
    case .replace:
      do throws(SystemError) {
        return try .open(path, flags: flags)
      } catch {
        guard error.errno.code == EEXIST else { throw error }
        guard try FileStatus(path).kind == .regular else {
          throw SystemError("replace \(path), which is not an ordinary file", .invalid)
        }
        let name = besides(path, "new-\(CurrentProcess.identifier)")
        beside = name
        return try .open(name, flags: flags)
      }
    }
  }

  /// A hidden name in the same directory: `results/.x.csv.new-123` for `results/x.csv`.
  private static func besides(_ path: String, _ suffix: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return ".\(path).\(suffix)" }
    let name = path.index(after: slash)
    return "\(path[..<name]).\(path[name...]).\(suffix)"
  }

  /// Writes a row completely or not at all.
  ///
  /// - Throws: if it cannot be written; the row is then kept in `unwritten`.
  public func append(_ row: ResultRow) throws(CampaignError) {
    let bytes = CSVEncoder.row(row)
    do throws(SystemError) {
      try descriptor.writeAll(bytes)
    } catch {
      unwritten.append(row)
      // Half a row would make the whole file unreadable.
      try? descriptor.truncate(to: length)
      throw CampaignError(
        .inputOutput, stage: "write \(path)", "\(error); free space, or name another place with --output")
    }
    length += bytes.count
    rows.append(row)
    // If this fails, `finish` finds that the file is not where it should be, and rescues it.
    if let pending, rename(pending, path) == 0 { self.pending = nil }
  }

  /// Completes the file when nothing more will be appended: a file without rows is removed, and the rows of a file that
  /// is no longer under its name are copied into another.
  public func finish() -> Ending {
    guard !rows.isEmpty else {
      if trouble == nil { unlink(pending ?? path) }
      return .empty
    }
    guard let trouble else { return .kept(path) }
    if let name = presentName { return .moved(to: name, because: trouble) }
    do throws(SystemError) {
      return .moved(to: try copy(), because: trouble)
    } catch {
      return .lost(because: "\(trouble); no other file can be made beside it (\(error))")
    }
  }
}

extension ResultFile {
  /// The result for a file.
  public enum Ending: Sendable, Hashable {
    /// There are no rows, so there is no file.
    case empty
    /// Its rows are where they should be.
    case kept(String)
    /// Another program removed, replaced, renamed or changed it; its rows are in this file now.
    case moved(to: String, because: String)
    /// The same, but no other file could be made: its rows are in memory only.
    case lost(because: String)
  }

  /// Why the file is no longer as it was written under its name; nil if it is.
  private var trouble: String? {
    do throws(SystemError) {
      let own = try FileStatus(of: descriptor)
      guard own.size == length else { return "\(path) was changed by another program during the run" }
      let named: FileStatus
      do throws(SystemError) {
        named = try FileStatus(pending ?? path)
      } catch {
        guard error.errno == .notFound else { throw error }
        return "\(path) was \(own.links == 0 ? "removed" : "renamed") during the run"
      }
      guard named.isSameFile(as: own) else { return "\(path) was replaced by another file during the run" }
      return pending == nil || rows.isEmpty ? nil : "\(path) could not be replaced"
    } catch {
      return "\(path) cannot be examined: \(error)"
    }
  }

  /// The present name of the whole file, if it has one.
  private var presentName: String? {
    guard let own = try? FileStatus(of: descriptor), own.links > 0, own.size == length,
      let name = descriptor.presentPath(), let there = try? FileStatus(name), there.isSameFile(as: own)
    else { return nil }
    return name
  }

  /// Puts the rows into a new file beside the lost one.
  ///
  /// - Returns: its path.
  private func copy() throws(SystemError) -> String {
    let stem = path.hasSuffix(".csv") ? String(path.dropLast(4)) : path
    var number = 1
    while true {
      let name = "\(stem)-rescued\(number == 1 ? "" : "-\(number)").csv"
      do throws(SystemError) {
        let file = try OwnedDescriptor.open(name, flags: O_WRONLY | O_CREAT | O_EXCL)
        do throws(SystemError) {
          try file.writeAll(try content)
          try file.close()
        } catch {
          unlink(name)
          throw error
        }
        return name
      } catch {
        guard error.errno.code == EEXIST, number < 100 else { throw error }
        number += 1
      }
    }
  }

  /// The file's bytes, which the kernel keeps even for a removed file as long as it is open; from memory if another
  /// program has changed them.
  private var content: [UInt8] {
    get throws(SystemError) {
      let bytes = try descriptor.readFromStart()
      return bytes.count == length ? bytes : CSVEncoder.file(rows)
    }
  }

  /// Puts the rows of the file at `place` into this order: a new file replaces the old one, which stays complete until
  /// then. Nothing is appended afterwards.
  public func sort(at place: String, _ isBefore: (ResultRow, ResultRow) -> Bool) throws(CampaignError) {
    let sorted = rows.sorted(by: isBefore)
    guard sorted != rows else { return }
    let new = Self.besides(place, "sorted-\(CurrentProcess.identifier)")
    do throws(SystemError) {
      let file = try OwnedDescriptor.open(new, flags: O_WRONLY | O_CREAT | O_EXCL)
      try file.writeAll(CSVEncoder.file(sorted))
      try file.close()
      guard rename(new, place) == 0 else { throw SystemError("rename \(new)", Errno(code: errno)) }
    } catch {
      unlink(new)
      throw CampaignError(.inputOutput, stage: "sort \(place)", "\(error); its rows are complete, but in another order")
    }
    rows = sorted
  }
}
