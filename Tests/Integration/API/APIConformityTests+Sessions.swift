import Foundation
import Glibc
import Testing

extension APIConformityTests {
    func sessions(_ site: Site, _ examiner: Examiner) async throws {
        let isRoot = geteuid() == 0, stranger: UInt32 = 61_009
        let create = "POST /v1/requests", enter = "POST /v1/requests/{id}/entrance"
        func ask(_ session: String, _ command: String = "") -> String {
            #"{"command":[\#(command)],"directory":"/","gpus":"0","cpus":"0.25","memory":"64MB","session":\#(session)}"#
        }
        try await examiner.call(create, body: ask(#"{"kind":"door"}"#, #""true""#), expecting: 400)
        try await examiner.call(create, body: ask(#"{"kind":"notebook","port":80}"#), expecting: 400)
        try await examiner.call(create, body: ask(#"{"kind":"notebook"}"#, #""true""#), expecting: 400)
        try await examiner.call(create, body: ask(#"{"kind":"web","port":0}"#, #""true""#), expecting: 400)
        try await examiner.call(create, body: ask(#"{"kind":"web"}"#), expecting: 400)
        let program = #""python3","-m","http.server","8000","--bind","127.0.0.1""#
        let id = try await examiner.call(create, body: ask(#"{"kind":"web","port":8000}"#, program), expecting: 201).id
        try await site.untilState(id, "running")
        try await eventually("the session answers") { try await site.carrel("open", "\(id)", "--json").code == 0 }
        try await examiner.call("GET /v1/requests/{id}", "\(id)", expecting: 200)
        try await examiner.call(enter, "\(id)", expecting: 201)
        try await examiner.call(enter, "9999", expecting: 404)
        try await examiner.call(enter, "3", expecting: 404)
        let silent = try await examiner.call(
            create, body: ask(#"{"kind":"web","port":8000}"#, #""sleep","600""#), expecting: 201
        ).id
        try await site.untilState(silent, "running")
        try await examiner.call(enter, "\(silent)", expecting: 409)
        try await examiner.call("POST /v1/leases/{id}/return", "\(silent)", expecting: 200)
        let shares = "GET /v1/requests/{id}/shares", share = "PUT /v1/requests/{id}/shares/{name}"
        let unshare = "DELETE /v1/requests/{id}/shares/{name}"
        try await examiner.call("POST /v1/accounts", body: #"{"name":"guest","displayName":"Guest"}"#, expecting: 201)
        try await examiner.call(shares, "\(id)", expecting: 200)
        try await examiner.call(shares, "3", expecting: 404)
        try await examiner.call(share, "\(id)", "guest", expecting: 200)
        try await examiner.call(share, "\(id)", "nobody", expecting: 404)
        try await examiner.call(unshare, "\(id)", "guest", expecting: 200)
        try await examiner.call(unshare, "9999", "guest", expecting: 404)
        let owner = try #require(
            try await examiner.call("GET /v1/requests/{id}", "\(id)", expecting: 200).json["user"] as? String)
        try await examiner.call(share, "\(id)", owner, expecting: 400)
        if isRoot {
            try await examiner.call(enter, "\(id)", as: stranger, expecting: 403)
            try await examiner.call(shares, "\(id)", as: stranger, expecting: 403)
            try await examiner.call(share, "\(id)", "guest", as: stranger, expecting: 403)
            try await examiner.call(unshare, "\(id)", "guest", as: stranger, expecting: 403)
        }
        try await examiner.call("POST /v1/leases/{id}/return", "\(id)", expecting: 200)
        try await site.untilState(id, "closed")
        try await examiner.call(enter, "\(id)", expecting: 410)
    }
}
