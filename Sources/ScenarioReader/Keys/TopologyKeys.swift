import Model

/// The keys of `topology` and of a cable's impairment.
enum TopologyKeys {
  static let path = Key(
    "path", .word(Path.self, "path"), .standard("routed"),
    "Whether the hosts meet at a router, or client and server are joined by one cable.")
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
    "client", impairment, .optional, "The cable between client and router; the direct path has none.")
  static let server = Key(
    "server", impairment, .optional, "The cable at the server; on the direct path, the one that joins it to the client."
  )
  static let backupCable = Key("backup", impairment, .optional, "The cable at the backup server.")

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

  static let delay = Key("delay", .duration(.positive), .optional, "One-way delay added to each frame.")
  static let jitter = Key(
    "jitter", .duration(.positive), .optional, "Variation of the delay, uniform over delay +- jitter; needs `delay`.")
  static let loss = Key("loss", .percentage, .optional, "Share of the frames that are lost, in each direction.")
  static let rate = Key(
    "rate", .rate, .optional, "Limit of the rate, in each direction, in bits per second; not together with others.")

  private static let impairment = Kind<Impairment>.mapping(
    Section("an impairment", [delay.described, jitter.described, loss.described, rate.described], needsAny: true)
  ) { fields, problems in
    let read = fields.read(delay, &problems)
    let variation = fields.read(jitter, &problems)
    if let variation {
      if !fields.has(delay) {
        problems.report(
          .contradiction, at: fields.position(of: jitter), "`jitter` without `delay`", expected: "the delay that varies"
        )
      } else if let read, variation.value > read.value {
        problems.report(
          .contradiction, at: variation.position,
          "a jitter of \(variation.value.spelled) would make the delay of \(read.value.spelled) negative",
          expected: "at most the delay")
      }
    }
    // One queueing discipline for each port: netem for the others, tbf for the rate.
    if fields.has(rate), fields.has(delay) || fields.has(jitter) || fields.has(loss) {
      problems.report(
        .contradiction, at: fields.position(of: rate), "`rate` together with delay, jitter or loss",
        expected: "one or the other on a cable; another cable may have the other")
    }
    return Impairment(
      delay: read?.value, jitter: variation?.value, loss: fields.read(loss, &problems)?.value,
      rate: fields.read(rate, &problems)?.value)
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
