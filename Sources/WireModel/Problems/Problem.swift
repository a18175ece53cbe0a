/// A problem document (RFC 9457): what every error looks like on the wire.
package struct Problem: Error, Codable, Equatable, Sendable {
    /// `urn:carrel:problem:NAME`; stable, to be matched by programs.
    package var type: String
    package var title: String
    package var status: Int
    /// What happened, what was kept, what to do next.
    package var detail: String
    /// What `carrel` exits with.
    package var exitCode: Int32?
    /// The request that this is about.
    package var request: Int64?

    package init(
        _ name: String, title: String, status: Int, detail: String, exitCode: Int32? = nil, request: Int64? = nil
    ) {
        type = "urn:carrel:problem:" + name
        self.title = title
        self.status = status
        self.detail = detail
        self.exitCode = exitCode
        self.request = request
    }

    package static let mediaType = "application/problem+json"
}
