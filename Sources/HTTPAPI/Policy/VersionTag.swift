import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import WireModel

/// Tells whether something is still what it was when it was read: a digest of it, so that equal things have equal tags and the
/// tag tells nothing else. On the wire it is an `ETag`, in forms a hidden field.
struct VersionTag: Hashable {
    let text: String

    init(of value: some Encodable) throws(Problem) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(value) else {
            throw .internalError("A version could not be told; nothing was changed.")
        }
        text = SHA256.hash(data: data).prefix(16).map { String(format: "%02x", $0) }.joined()
    }

    var header: String { "\"\(text)\"" }
}

extension Request {
    /// Throws a problem where the client wants to change only what it read, and that is not in force any more.
    func checkVersion(of value: some Encodable) throws(Problem) {
        guard let wanted = headers[.ifMatch] else { return }
        let tag = try VersionTag(of: value)
        let tags = wanted.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard tags.contains("*") || tags.contains(tag.header) else { throw .notAsRead }
    }
}

extension Response {
    /// With the version of what it shows.
    func with(_ tag: VersionTag) -> Response {
        var response = self
        response.headers[.eTag] = tag.header
        return response
    }
}
