/// Which columns a file has, in its own order.
struct ColumnMap {
  /// One for each column of the file: the schema's, or one of the user's own, which says nothing.
  let columns: [Column]
  /// The last version all of whose columns are there.
  let version: Int
  /// Where the number of each row's schema stands.
  let schemaIndex: Int
  /// Where the cells of the key stand, but for the trial.
  let keyIndices: [Int]

  /// nil if not even the first version's columns are there, or one is there twice.
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

  /// Where a column of this name stands.
  func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }
}
