/// Why the archive can't tell what it was asked for.
package enum ArchiveError: Error, Hashable, Sendable {
    /// Events below `first` are no longer kept.
    case eventsDeleted(first: Int64)
}
