import Foundation
import Glibc
import Testing

extension APIConformityTests {
    func files(_ site: Site, _ examiner: Examiner) async throws {
        // Root's work belongs to nobody and has no files: under root they are somebody else's.
        let user: UInt32? = geteuid() == 0 ? 61_009 : nil
        let path = "/v1/files/{path}"
        try await examiner.call("GET /v1/files", as: user, expecting: 200)
        try await examiner.call("GET \(path)", "my", as: user, expecting: 200)
        try await examiner.call("GET \(path)", "mine", as: user, expecting: 404)
        try await examiner.call("GET \(path)", "my/a%00", as: user, expecting: 400)
        try await examiner.call("POST \(path)", "my/folder", as: user, expecting: 201)
        try await examiner.call("POST \(path)", "my/folder", as: user, expecting: 409)
        try await examiner.call("POST \(path)", "my/none/folder", as: user, expecting: 404)
        try await examiner.call("POST \(path)", "my/%zz", as: user, expecting: 400)
        let bytes = "bytes"
        try await examiner.call("PUT \(path)", "my/folder/file", body: bytes, as: user, expecting: 201)
        try await examiner.call("PUT \(path)", "my/folder/file", body: bytes, as: user, expecting: 409)
        try await examiner.call("PUT \(path)", "my/folder/file", query: "?replace=1", body: bytes, as: user, expecting: 200)
        try await examiner.call("PUT \(path)", "my/none/file", body: bytes, as: user, expecting: 404)
        try await examiner.call("PUT \(path)", "my/a%2Fb", body: bytes, as: user, expecting: 400)
        let got = try await examiner.call("GET \(path)", "my/folder/file", as: user, expecting: 200)
        #expect(String(decoding: got.body, as: UTF8.self) == bytes)
        try await examiner.call("GET \(path)", "my/folder/file/", query: "?about=1", as: user, expecting: 200)
        try await examiner.call("GET \(path)", "my/folder/file/below", as: user, expecting: 409)
        try await examiner.call("GET \(path)", "my", query: "?limit=0", as: user, expecting: 400)
        let use = "GET /v1/file-use/{path}"
        try await examiner.call(use, "my", as: user, expecting: 200)
        try await examiner.call(use, "my/none", as: user, expecting: 404)
        let move = "POST /v1/file-move/{path}"
        func to(_ path: String) -> String { #"{"to":"\#(path)"}"# }
        try await examiner.call(move, "my/folder/file", body: to("my/folder/new"), as: user, expecting: 200)
        try await examiner.call(move, "my/folder/file", body: to("my/folder/old"), as: user, expecting: 404)
        try await examiner.call(move, "my/folder/new", body: to("my/folder/none/new"), as: user, expecting: 404)
        try await examiner.call(move, "my/folder/new", body: to("my/folder"), as: user, expecting: 409)
        try await examiner.call(move, "my/folder", body: to("my/folder/within"), as: user, expecting: 400)
        try await examiner.call("DELETE \(path)", "my/folder", as: user, expecting: 409)
        try await examiner.call("DELETE \(path)", "my/none", as: user, expecting: 404)
        try await examiner.call("DELETE \(path)", "my", as: user, expecting: 400)
        try await examiner.call("DELETE \(path)", "my/folder", query: "?recursive=1", as: user, expecting: 200)
    }
}
