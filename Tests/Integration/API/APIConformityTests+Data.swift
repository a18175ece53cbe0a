import Foundation
import Glibc
import Testing

extension APIConformityTests {
    func data(_ site: Site, _ examiner: Examiner) async throws {
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let folder = "/var/tmp/carrel-data-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let add = "POST /v1/data", change = "PATCH /v1/data/{name}"
        let remove = "DELETE /v1/data/{name}"
        func set(_ name: String, _ folder: String, _ more: String = "") -> String {
            #"{"name":"\#(name)","folder":"\#(folder)"\#(more)}"#
        }
        try await examiner.call(add, body: set("small", folder, #","about":"for trying out""#), expecting: 201)
        try await examiner.call(add, body: set("small", folder), expecting: 409)
        try await examiner.call(add, body: set("../up", folder), expecting: 400)
        try await examiner.call(add, body: set("x", folder, #","teams":["nobody"]"#), expecting: 400)
        try await examiner.call(add, body: set("x", "/etc"), expecting: 422)
        try await examiner.call("GET /v1/data", expecting: 200)
        try await examiner.call(change, "small", body: #"{"about":"for trying"}"#, expecting: 200)
        try await examiner.call(change, "small", body: #"{"teams":["nobody"]}"#, expecting: 400)
        try await examiner.call(change, "large", body: "{}", expecting: 404)
        let ask = #"{"command":["true"],"directory":"/","gpus":"0","data":["smal"]}"#
        let refused = try await examiner.call("POST /v1/requests", body: ask, expecting: 422)
        #expect((refused.json["detail"] as? String)?.contains("“small”") == true)
        let work = #"{"command":["sleep","600"],"directory":"/","gpus":"0","data":["small"],"cpus":"0.1","memory":"64MB"}"#
        let id = try await examiner.call("POST /v1/requests", body: work, expecting: 201).id
        try await examiner.call("GET /v1/requests/{id}", "\(id)", expecting: 200)
        try await examiner.call(remove, "small", expecting: 409)
        let copy = "POST /v1/data/{name}/copy", uncopy = "DELETE /v1/data/{name}/copy"
        try await examiner.call(uncopy, "small", expecting: 404)
        try await examiner.call(copy, "large", expecting: 404)
        let copying = try await examiner.call(copy, "small", expecting: 201).id
        try await site.untilState(Int(copying), "closed")
        try await examiner.call("GET /v1/data", expecting: 200)
        try await examiner.call(uncopy, "small", expecting: 202)
        if isRoot {
            try await examiner.call(copy, "small", as: stranger, expecting: 403)
            try await examiner.call(uncopy, "small", as: stranger, expecting: 403)
            try await examiner.call(add, body: set("y", folder), as: stranger, expecting: 403)
            try await examiner.call(change, "small", body: "{}", as: stranger, expecting: 403)
            try await examiner.call(remove, "small", as: stranger, expecting: 403)
        }
        try FileManager.default.removeItem(atPath: folder)
        try await examiner.call(copy, "small", expecting: 422)
        try await examiner.call(remove, "small", query: "?force=1", expecting: 200)
        try await examiner.call(remove, "small", expecting: 404)
        try await examiner.call("POST /v1/leases/{id}/return", "\(id)", expecting: 200)
    }
}
