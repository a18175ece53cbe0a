import Foundation
import HTTPAPI
import Testing

@Suite("The OpenAPI document")
struct OpenAPITests {
    /// `GET /v1/requests/{id}` for every operation that the document lists, read by its indentation.
    static func documented() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("Docs/api/openapi.yaml"), encoding: .utf8)
        var path = "", found: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("components:") { break }
            if line.hasPrefix("  /") { path = line.dropFirst(2).replacingOccurrences(of: ":", with: "") }
            let word = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("    "), !line.hasPrefix("     "),
                ["get:", "post:", "put:", "patch:", "delete:"].contains(word)
            {
                found.append("\(word.dropLast().uppercased()) \(path)")
            }
        }
        return found.sorted()
    }

    @Test("it lists just the routes that there are")
    func routes() throws {
        #expect(try Self.documented() == CarrelAPI(StubParts.make()).routes.sorted())
    }
}
