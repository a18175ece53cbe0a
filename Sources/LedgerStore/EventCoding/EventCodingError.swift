/// Why a stored event can't be read or a new one can't be stored.
enum EventCodingError: Error, Hashable, Sendable {
    case unknownKind(String)
    /// A newer Carrel wrote it.
    case newerVersion(kind: String, found: Int, known: Int)
    /// No way leads from this old version to the one that is known.
    case unknownVersion(kind: String, found: Int)
    case unreadable(kind: String, detail: String)
    case unwritable(kind: String, detail: String)
}

extension EventCodingError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unknownKind(let kind): "its kind \(kind) is unknown to this Carrel; a newer one may have written it"
        case .newerVersion(let kind, let found, let known):
            "its kind \(kind) has version \(found), and this Carrel knows versions up to \(known)"
        case .unknownVersion(let kind, let found): "its kind \(kind) has version \(found), which never was"
        case .unreadable(let kind, let detail): "its kind is \(kind), and its body can't be read: \(detail)"
        case .unwritable(let kind, let detail): "an event of kind \(kind) can't be written: \(detail)"
        }
    }
}
