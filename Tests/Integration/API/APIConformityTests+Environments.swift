import Glibc
import Testing

extension APIConformityTests {
    func environments(_ site: Site, _ examiner: Examiner) async throws {
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let make = "POST /v1/environments", remove = "DELETE /v1/environments/{name}"
        try await examiner.call("GET /v1/environments", expecting: 200)
        try await examiner.call(make, body: #"{"name":"lab","wheelhouse":"/nowhere"}"#, expecting: 201)
        try await examiner.call(make, body: #"{"name":"../lab"}"#, expecting: 400)
        try await examiner.call(make, body: #"{"name":"lab","with":["--index-url=x"]}"#, expecting: 400)
        try await examiner.call(make, body: #"{"name":"lab","python":"bin/python"}"#, expecting: 400)
        try await examiner.call(remove, "lab", expecting: 202)
        try await examiner.call(remove, "-x", expecting: 400)
        if isRoot {
            try await examiner.call(make, body: #"{"name":"lab","shared":true}"#, as: stranger, expecting: 403)
            try await examiner.call(remove, "lab", query: "?shared=1", as: stranger, expecting: 403)
        }
    }
}
