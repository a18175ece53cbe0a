import Glibc
import Testing

extension APIConformityTests {
    func reservations(_ site: Site, _ examiner: Examiner) async throws {
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let node = try #require((try await site.json("node")["nodes"] as? [[String: Any]])?.first?["name"] as? String)
        let drain = "PUT /v1/nodes/{name}/drain"
        try await examiner.call(drain, node, body: #"{"endsInSeconds":3600,"reason":"new fans"}"#, expecting: 200)
        try await examiner.call(drain, node, body: #"{"endsAt":"2020-01-31T09:30:00Z"}"#, expecting: 400)
        try await examiner.call(drain, node, body: "{}", expecting: 400)
        try await examiner.call(drain, "nowhere", body: #"{"endsInSeconds":0}"#, expecting: 404)
        if isRoot { try await examiner.call(drain, node, body: #"{"endsInSeconds":0}"#, as: stranger, expecting: 403) }
        try await examiner.call("GET /v1/devices", expecting: 200)
        try await examiner.call("DELETE /v1/nodes/{name}/cordon", node, expecting: 200)
        let make = "POST /v1/reservations", give = "DELETE /v1/reservations/{id}"
        let soon = #"{"gpus":"2","startsInSeconds":86400,"time":"1h","name":"course"}"#
        try await examiner.call("GET /v1/reservations", expecting: 200)
        try await examiner.call(make, body: soon, expecting: 201)
        try await examiner.call(make, body: soon, expecting: 409)
        try await examiner.call(make, body: #"{"gpus":"1","time":"1h"}"#, expecting: 400)
        try await examiner.call(make, body: #"{"gpus":"1","startsAt":"2020-01-31T09:30:00Z","time":"1h"}"#, expecting: 400)
        try await examiner.call(make, body: #"{"gpus":"1","startsInSeconds":0,"time":"300d"}"#, expecting: 422)
        if isRoot { try await examiner.call(make, body: soon, as: stranger, expecting: 403) }
        try await examiner.call("GET /v1/reservations", expecting: 200)
        try await examiner.call("GET /v1/devices", expecting: 200)
        if isRoot { try await examiner.call(give, "1", as: stranger, expecting: 403) }
        try await examiner.call(give, "none", expecting: 400)
        try await examiner.call(give, "1", expecting: 200)
        try await examiner.call(give, "1", expecting: 404)
    }
}
