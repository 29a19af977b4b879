import Model

/// The keys of `topology`.
enum TopologyKeys {
  static let path = Key(
    "path", .word(Path.self, "path"), .standard("routed"),
    "Whether client and server are joined by one cable, the hosts meet at a router, or that router masquerades.")
  static let family = Key(
    "family", .word(AddressFamily.self, "address family"), .standard("ipv4"), "The network protocol.")
  static let backup = Key(
    "backup", .flag, .standard("false"), "Whether there is a second server, to which a client fails over on detection.")
  static let cables = Key("cables", cablesKind, .optional, "Impairments of cables, in force from the start.")

  static let section = Section("a topology", [path.described, family.described, backup.described, cables.described])

  static let kind = Kind<TopologyDraft>.mapping(section) { fields, problems in
    TopologyDraft(
      path: fields.read(path, &problems)?.value, family: fields.read(family, &problems)?.value,
      backup: fields.read(backup, &problems)?.value, impairments: fields.read(cables, &problems)?.value ?? [])
  }

  static let client = Key(
    "client", ImpairmentKeys.ofCable, .optional, "The cable between client and router; the direct path has none.")
  static let server = Key(
    "server", ImpairmentKeys.ofCable, .optional,
    "The cable at the server; on the direct path, the one that joins it to the client."
  )
  static let backupCable = Key("backup", ImpairmentKeys.ofCable, .optional, "The cable at the backup server.")

  private static let cablesKind = Kind<[CableDraft]>.mapping(
    Section(
      "the cables", [client.described, server.described, backupCable.described], needsAny: true)
  ) { fields, problems in
    var drafts: [CableDraft] = []
    for (cable, key) in [(CableName.client, client), (.server, server), (.backup, backupCable)] where fields.has(key) {
      let read = fields.read(key, &problems)
      drafts.append(CableDraft(cable: cable, position: fields.position(of: key), impairment: read?.value))
    }
    return drafts
  }
}

/// A topology as far as it could be read.
struct TopologyDraft: Sendable {
  var path: Path?
  var family: AddressFamily?
  var backup: Bool?
  var impairments: [CableDraft] = []
}

/// A cable's impairment and where its key stands.
struct CableDraft: Sendable {
  var cable: CableName
  var position: Position
  var impairment: Impairment?
}
