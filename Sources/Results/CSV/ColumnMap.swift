/// Which columns a file has, in its own order.
struct ColumnMap {
  /// One for each column of the file: a column of the schema, or one that the user has added, which is ignored.
  let columns: [Column]
  /// The last version whose columns are all present.
  let version: Int
  /// The position of each row's schema number.
  let schemaIndex: Int
  /// The positions of the key's cells, except the trial.
  let keyIndices: [Int]

  /// nil if not even the first version's columns are present, or one occurs twice.
  init?(header names: [String]) {
    let known = ResultsSchema.columnNames
    let used = names.filter(Set(known).contains)
    guard Set(used).count == used.count, let version = ResultsSchema.version(within: Set(used)) else { return nil }
    let columns = Dictionary(
      uniqueKeysWithValues: zip(known, [Column(schema: version)] + ResultsSchema.columns.dropFirst()))
    self.columns = names.map { columns[$0] ?? .foreign($0) }
    self.version = version
    schemaIndex = names.firstIndex(of: "schema") ?? 0
    keyIndices = ResultsSchema.keyColumnNames.filter { $0 != "trial" }.compactMap { names.firstIndex(of: $0) }
  }

  /// The position of the column of this name.
  func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }
}
