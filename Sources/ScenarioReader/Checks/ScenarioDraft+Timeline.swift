import Model

extension ScenarioDraft {
  /// Reports timelines that cannot happen; nil for one that cannot, or if an entry is wrong.
  func checkedTimeline(_ problems: inout Problems) -> Timeline? {
    guard let located = timeline else { return nil }
    let errorsBefore = problems.errors.count
    var entries: [PlacedEntry] = []
    for draft in located.value.compactMap(\.value) {
      guard let at = draft.at, let entry = draft.entry(at: at.value) else { continue }
      entries.append(PlacedEntry(entry: entry, position: draft.position))
      checkWithinWindow(entry, at: at.position, &problems)
    }
    guard entries.count == located.value.count else { return nil }
    // A stable sort: entries of the same instant keep the order of the file.
    entries = entries.enumerated()
      .sorted { ($0.element.entry.at, $0.offset) < ($1.element.entry.at, $1.offset) }.map(\.element)
    let count = Timeline(entries: entries.map(\.entry)).stepCount
    guard count <= Timeline.mostSteps else {
      problems.report(
        .tooLarge, at: located.position, "the timeline has \(count) injections and heals, repetitions counted",
        expected: "at most \(Timeline.mostSteps)")
      return nil
    }
    TimelineCourse.check(entries, &problems)
    // Without any injection every heal has been reported.
    return problems.errors.count == errorsBefore ? Timeline(entries: entries.map(\.entry)) : nil
  }

  private func checkWithinWindow(_ entry: TimelineEntry, at position: Position, _ problems: inout Problems) {
    guard let observe else { return }
    let end = entry.end
    if entry.at >= observe.value {
      problems.report(
        .timeline, at: position, "\(entry.at.spelled) lies beyond the window",
        expected: "before \(observe.value.spelled)")
    } else if end >= observe.value, case .inject(let fault, _) = entry.action {
      problems.report(
        .timeline, at: position, "the last \(fault.kind.rawValue) ends at \(end.spelled), beyond the window",
        expected: "an end before \(observe.value.spelled)")
    }
  }
}

/// An entry, and the place where the file names its fault.
struct PlacedEntry {
  var entry: TimelineEntry
  var position: Position
}

extension EntryDraft {
  /// nil if the fault could not be read.
  fileprivate func entry(at: Duration) -> TimelineEntry? {
    switch action {
    case .heal(let kind): TimelineEntry(at: at, action: .heal(kind))
    case .inject(let draft):
      draft.fault.map {
        TimelineEntry(at: at, action: .inject($0, repetition: draft.repetition), duration: draft.lasting)
      }
    }
  }
}
