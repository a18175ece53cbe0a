import Foundation
import Testing

/// Calls the running server as other programs do and holds each answer against the document.
final class Examiner {
    struct Answer {
        let body: Data
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:] }
        var id: Int { json["id"] as? Int ?? 0 }
    }

    let document: APIDocument
    private let site: Site
    /// `GET /v1/requests/{id} 404` for each answer so far.
    private(set) var seen: Set<String> = []

    init(_ site: Site) throws {
        self.site = site
        document = try APIDocument()
    }

    /// - Parameters:
    ///   - operation: `GET /v1/requests/{id}`.
    ///   - part: stands for the part of the path in braces.
    ///   - second: for the second such part; nil: there is none.
    ///   - form: a form's content; its type is among the headers.
    ///   - address: nil: the Unix socket.
    @discardableResult
    func call(
        _ operation: String, _ part: String = "", _ second: String? = nil, query: String = "", body: String? = nil,
        form: String? = nil,
        headers: [String] = [],
        as user: UInt32? = nil, at address: String? = nil, expecting status: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let words = operation.split(separator: " ").map(String.init)
        let path =
            words[1].replacing(/\{[a-z]+\}/, with: part, maxReplacements: 1)
            .replacing(/\{[a-z]+\}/, with: second ?? part) + query
        var command = [
            "curl", "-s", "--max-time", "60", "-o", "-", "-w", "%{stderr}%{http_code} %{content_type}", "-X", words[0],
        ]
        if address == nil { command += ["--unix-socket", site.directory + "/carrel.sock"] }
        command += headers.flatMap { ["-H", $0] }
        if body != nil { command += ["-H", "content-type: application/json", "--data-binary", "@-"] }
        if let form { command += ["--data", form] }
        command.append((address ?? "http://carrel") + path)
        if let user {
            command = ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "--"] + command
        }
        let process = try ChildProcess(command, input: body.map { Array($0.utf8) })
        _ = await process.exitCode()
        let about = process.errors.split(separator: " ", maxSplits: 1).map(String.init)
        let got = Int(about.first ?? "") ?? 0
        let answer = Answer(body: process.outputBytes)
        #expect(
            got == status, "\(operation): \(String(decoding: answer.body, as: UTF8.self))", sourceLocation: sourceLocation)
        let complaints = document.complaints(
            operation, status: got, type: about.count > 1 ? about[1] : "", body: answer.body)
        #expect(complaints.isEmpty, "\(operation) \(got): \(complaints)", sourceLocation: sourceLocation)
        seen.insert("\(operation) \(got)")
        return answer
    }
}
