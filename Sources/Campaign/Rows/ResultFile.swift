import Glibc
import LinuxSystem
import Model
import Results

/// A results file that grows row by row. Every row is written before anything of its measurement is
/// torn down.
public actor ResultFile {
  public nonisolated let path: String
  private let descriptor: OwnedDescriptor
  /// How long the file is up to the end of the last whole row.
  private var length: Int
  public private(set) var rows: [ResultRow] = []
  /// Rows that could not be written, as on a full disk.
  public private(set) var unwritten: [ResultRow] = []

  /// Creates the file, which must not exist yet, and writes the header.
  public init(creating path: String) throws(CampaignError) {
    self.path = path
    do throws(SystemError) {
      descriptor = try OwnedDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_EXCL)
    } catch {
      throw CampaignError(
        .inputOutput, stage: "create the results file", "\(error); name another place with --output")
    }
    do throws(SystemError) {
      try descriptor.writeAll(CSVEncoder.header)
    } catch {
      unlink(path)
      throw CampaignError(
        .inputOutput, stage: "create the results file", "\(error); name another place with --output")
    }
    length = CSVEncoder.header.count
  }

  /// Writes a row, whole or not at all.
  ///
  /// - Throws: if it cannot be written; the row is then kept in `unwritten`.
  public func append(_ row: ResultRow) throws(CampaignError) {
    let bytes = CSVEncoder.row(row)
    do throws(SystemError) {
      try descriptor.writeAll(bytes)
      length += bytes.count
      rows.append(row)
    } catch {
      unwritten.append(row)
      // Half a row would make the whole file unreadable.
      try? descriptor.truncate(to: length)
      throw CampaignError(
        .inputOutput, stage: "write \(path)", "\(error); free space, or name another place with --output")
    }
  }

  /// Puts the rows into this order: a new file takes the place of the old one, which stays whole until then.
  public func sort(_ isBefore: (ResultRow, ResultRow) -> Bool) throws(CampaignError) {
    let sorted = rows.sorted(by: isBefore)
    guard sorted != rows else { return }
    let bytes = sorted.reduce(into: CSVEncoder.header) { CSVEncoder.append($1, to: &$0) }
    let new = "\(path).sorted-\(CurrentProcess.identifier)"
    do throws(SystemError) {
      let file = try OwnedDescriptor.open(new, flags: O_WRONLY | O_CREAT | O_EXCL)
      try file.writeAll(bytes)
      try file.close()
      guard rename(new, path) == 0 else { throw SystemError("rename \(new)", Errno(code: errno)) }
    } catch {
      unlink(new)
      throw CampaignError(.inputOutput, stage: "sort \(path)", "\(error); its rows are all there, in another order")
    }
    rows = sorted
  }
}
