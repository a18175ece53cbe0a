/// Why the archive can't tell what it was asked for.
package enum ArchiveError: Error, Hashable, Sendable {
    /// Events below `first` are no longer kept.
    case eventsDeleted(first: Int64)
    /// The log ends with `last`, before the place that was asked about: that number was given out by another ledger, before
    /// a restore.
    case eventsAhead(last: Int64)
}
