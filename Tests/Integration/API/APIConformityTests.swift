import Foundation
import Glibc
import Testing

/// Real answers of the running server against `Docs/api/openapi.yaml`.
@Suite("The API and its document")
struct APIConformityTests {
    static let isRoot = geteuid() == 0
    static let stranger: UInt32 = 61_009

    @Test("each documented status is answered with a documented body: no key more, no required key less")
    func answers() async throws {
        try await Site.with(simulate: "a100:2", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let examiner = try Examiner(site)
            try await pool(site, examiner)
            try await reservations(site, examiner)
            try await requests(site, examiner)
            try await work(site, examiner)
            try await expired(site, examiner)
            try await sessions(site, examiner)
            try await administration(examiner)
            try await environments(site, examiner)
            try await data(site, examiner)
            try await files(site, examiner)
            let output = site.launcher?.output ?? ""
            try await signIn(site, examiner, String(try #require(output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output))
            // A full disk takes a disk of its own: FullDiskTests has it. Other users can be acted by root only.
            var left = examiner.document.statuses.subtracting(examiner.seen).filter { !$0.hasSuffix(" 507") }
            // Events are kept for a week at least, and a small backup is over at once: HTTPAPITests has what is said then.
            left = left.filter { !["GET /v1/events 410", "GET /v1/export 410", "GET /v1/backup 409"].contains($0) }
            // Nobody outside vouches for people here: HTTPAPITests has who is connected.
            left = left.filter { !["204", "400", "409"].map { "DELETE /v1/accounts/{name}/identities " + $0 }.contains($0) }
            if !Self.isRoot { left = left.filter { !$0.hasSuffix(" 403") } }
            #expect(left.isEmpty, "documented, and never answered here: \(left.sorted())")
        }
    }

    private func pool(_ site: Site, _ examiner: Examiner) async throws {
        try await examiner.call("GET /health", expecting: 200)
        try await examiner.call("GET /v1/health", query: "?deep=1", expecting: 200)
        try await examiner.call("GET /v1/devices", expecting: 200)
        let output = site.launcher?.output ?? ""
        let address = String(try #require(output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output)
        try await examiner.call("GET /v1/devices", at: address, expecting: 401)
        let devices = try await site.json("gpus")["devices"] as? [[String: Any]] ?? []
        let device = try #require(devices.first?["uuid"] as? String), path = "/v1/devices/{uuid}/quarantine"
        try await examiner.call("PUT \(path)", device, body: #"{"reason":"a noisy fan"}"#, expecting: 200)
        try await examiner.call("PUT \(path)", device, body: "{}", expecting: 409)
        try await examiner.call("GET /v1/devices", expecting: 200)
        let again = "POST /v1/devices/{uuid}/retest"
        try await examiner.call(again, device, body: #"{"wasReset":true}"#, expecting: 200)
        try await examiner.call(again, "GPU-0", body: "{}", expecting: 404)
        try await examiner.call("DELETE \(path)", device, expecting: 200)
        try await examiner.call(again, device, body: "{}", expecting: 409)
        try await examiner.call("DELETE \(path)", device, expecting: 409)
        try await examiner.call("DELETE \(path)", "GPU-0", expecting: 404)
        if Self.isRoot { try await examiner.call("DELETE \(path)", device, as: Self.stranger, expecting: 403) }
        let node = try #require((try await site.json("node")["nodes"] as? [[String: Any]])?.first?["name"] as? String)
        let cordon = "/v1/nodes/{name}/cordon"
        try await examiner.call("PUT \(cordon)", node, body: #"{"reason":"new fans"}"#, expecting: 200)
        try await examiner.call("PUT \(cordon)", node, body: "{}", expecting: 409)
        try await examiner.call("GET /v1/devices", expecting: 200)
        try await examiner.call("DELETE \(cordon)", node, expecting: 200)
        try await examiner.call("DELETE \(cordon)", "nowhere", expecting: 404)
        if Self.isRoot { try await examiner.call("PUT \(cordon)", node, body: "{}", as: Self.stranger, expecting: 403) }
        try await examiner.call("GET /metrics", expecting: 200)
        try await examiner.call("GET /metrics", at: address, expecting: 401)
        try await examiner.call("GET /v1/telemetry/now", expecting: 200)
        let telemetry = "GET /v1/devices/{uuid}/telemetry"
        try await examiner.call(telemetry, device, query: "?step=10", expecting: 200)
        try await examiner.call(
            telemetry, device, query: "?from=2026-01-31T09:30:00Z&until=2026-01-30T09:30:00Z", expecting: 400)
        try await examiner.call(telemetry, "GPU-0", expecting: 404)
    }

    private func requests(_ site: Site, _ examiner: Examiner) async throws {
        func ask(_ resources: String, _ command: String = #""sleep","600""#) -> String {
            #"{"command":[\#(command)],"directory":"/","takesInput":true,"cpus":"0.25","memory":"64MB"\#(resources)}"#
        }
        let create = "POST /v1/requests"
        let key = ["Idempotency-Key: once"]
        let running = try await examiner.call(create, body: ask(#","gpus":"2""#), headers: key, expecting: 201).id
        #expect(try await examiner.call(create, body: ask(#","gpus":"2""#), headers: key, expecting: 200).id == running)
        try await site.untilState(running, "running")
        let waiting = try await examiner.call(create, body: ask(#","gpus":"1","name":"later""#), expecting: 201).id
        let over = try await examiner.call(create, body: ask(#","gpus":"0""#, #""echo","hello""#), expecting: 201).id
        try await site.untilState(over, "closed")
        try await examiner.call(create, body: "{", expecting: 400)
        try await examiner.call(create, body: ask(#","gpus":"9""#), expecting: 422)
        let large = ask("", #""\#(String(repeating: "x", count: 9_000_000))""#)
        try await examiner.call(create, body: large, expecting: 413)

        try await examiner.call("GET /v1/devices", expecting: 200)
        let page = try await examiner.call("GET /v1/requests", query: "?all=1&limit=2", expecting: 200)
        #expect(page.json["next"] is Int)
        try await examiner.call("GET /v1/queue", expecting: 200)
        try await examiner.call("GET /v1/leases", expecting: 200)
        for id in [running, waiting, over] {
            try await examiner.call("GET /v1/requests/{id}", "\(id)", expecting: 200)
            try await examiner.call("GET /v1/requests/{id}/why", "\(id)", expecting: 200)
        }
        try await examiner.call("GET /v1/requests/{id}", "9999", expecting: 404)
        try await examiner.call("GET /v1/requests/{id}/why", "9999", expecting: 404)
        try await examiner.call("GET /v1/requests/{id}", "zero", expecting: 400)
        try await examiner.call("GET /v1/leases/{id}", "\(running)", expecting: 200)
        try await examiner.call("GET /v1/leases/{id}", "\(waiting)", expecting: 409)
        let telemetry = "GET /v1/leases/{id}/telemetry"
        try await examiner.call(telemetry, "\(running)", expecting: 200)
        try await examiner.call(telemetry, "\(running)", query: "?step=0", expecting: 400)
        try await examiner.call(telemetry, "9999", expecting: 404)
        try await examiner.call(telemetry, "\(waiting)", expecting: 409)
        let progress = "POST /v1/leases/{id}/progress", step = #"{"step":5,"steps":10}"#
        try await examiner.call(progress, "\(running)", body: step, expecting: 200)
        try await examiner.call(progress, "\(waiting)", body: step, expecting: 409)
        if Self.isRoot {
            try await examiner.call(progress, "\(running)", body: step, as: Self.stranger, expecting: 403)
            try await examiner.call("DELETE /v1/requests/{id}", "\(running)", as: Self.stranger, expecting: 403)
            try await examiner.call("POST /v1/leases/{id}/return", "\(running)", as: Self.stranger, expecting: 403)
        }
    }

    private func keep(_ site: Site, _ examiner: Examiner) async throws {
        let path = "POST /v1/leases/{id}/keep"
        if Self.isRoot { try await examiner.call(path, "1", as: Self.stranger, expecting: 403) }
        try await examiner.call(path, "1", expecting: 200)
        try await examiner.call(path, "1", expecting: 409)
        try await examiner.call(path, "nothing", expecting: 400)
        try await examiner.call(path, "999", expecting: 404)
        try await examiner.call("GET /v1/reports/idle", expecting: 200)
        try await examiner.call("GET /v1/reports/idle", query: "?last=never", expecting: 400)
    }

    /// Lease 1 runs, request 2 waits, lease 3 is over.
    private func work(_ site: Site, _ examiner: Examiner) async throws {
        try await examiner.call("POST /v1/leases/{id}/extend", "1", body: #"{"time":"1h"}"#, expecting: 200)
        try await examiner.call("POST /v1/leases/{id}/extend", "1", body: #"{"time":"400d"}"#, expecting: 422)
        try await keep(site, examiner)
        try await examiner.call("POST /v1/leases/{id}/signal", "2", body: #"{"signal":"interrupt"}"#, expecting: 409)
        try await examiner.call("PUT /v1/leases/{id}/input", "1", query: "?offset=0", body: "x", expecting: 200)
        try await examiner.call("PUT /v1/leases/{id}/input", "2", query: "?offset=0", body: "x", expecting: 202)
        try await examiner.call("PUT /v1/leases/{id}/input", "3", query: "?offset=0", body: "x", expecting: 409)
        try await terminal(site, examiner)
        try await examiner.call("GET /v1/leases/{id}/receipt", "1", expecting: 409)
        try await examiner.call("GET /v1/leases/{id}/receipt", "3", expecting: 200)
        try await examiner.call("GET /v1/leases/{id}/logs", "3", expecting: 200)
        let console = try await examiner.call("GET /v1/leases/{id}/console", "3", expecting: 200)
        #expect(examiner.document.complaints(json: try lastFrame(console.body), schema: "Request") == [])
        try await examiner.call("POST /v1/leases/{id}/revoke", "1", body: #"{"reason":" "}"#, expecting: 400)
        let late = try await examiner.call(
            "POST /v1/requests", body: #"{"command":["true"],"directory":"/","gpus":"1"}"#, expecting: 201
        ).id
        try await examiner.call(
            "POST /v1/leases/{id}/revoke", "\(late)", body: #"{"reason":"not today"}"#, expecting: 200)
        try await examiner.call("POST /v1/leases/{id}/revoke", "3", body: #"{"reason":"late"}"#, expecting: 409)
        try await examiner.call("DELETE /v1/requests/{id}", "2", expecting: 200)
        try await examiner.call("DELETE /v1/requests/{id}", "2", expecting: 409)
        try await examiner.call("POST /v1/leases/{id}/signal", "1", body: #"{"signal":"terminate"}"#, expecting: 204)
        try await site.untilState(1, "closed")
        try await examiner.call("POST /v1/leases/{id}/return", "1", expecting: 409)
        let second = try await examiner.call(
            "POST /v1/requests", body: #"{"command":["sleep","600"],"directory":"/","cpus":"0.25"}"#, expecting: 201)
        try await site.untilState(second.id, "running")
        try await examiner.call("POST /v1/leases/{id}/return", "\(second.id)", expecting: 200)
        for id in [1, 2, 3] { try await examiner.call("GET /v1/requests/{id}", "\(id)", expecting: 200) }
        try await examiner.call("GET /v1/requests/{id}/why", "2", expecting: 200)

        let events = try await examiner.call("GET /v1/events", query: "?after=0&follow=0", expecting: 200)
        let lines = String(decoding: events.body, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("data: ") }
        #expect(lines.count > 10)
        for line in lines {
            #expect(examiner.document.complaints(json: Data(line.dropFirst(6).utf8), schema: "Event") == [], "\(line)")
        }
    }

    /// Lease 1 has no terminal, and another one has; request 2 waits.
    private func terminal(_ site: Site, _ examiner: Examiner) async throws {
        let path = "/v1/leases/{id}/terminal", size = #"{"rows":40,"columns":120,"redraw":true}"#
        try await examiner.call("GET \(path)", "1", expecting: 404)
        try await examiner.call("PUT \(path)", "1", body: size, expecting: 404)
        try await examiner.call("PUT \(path)", "1", body: #"{"rows":0,"columns":80}"#, expecting: 400)
        try await examiner.call("PUT \(path)", "3", body: size, expecting: 409)
        let work = #"{"command":["cat"],"directory":"/","gpus":"0","cpus":"0.25","memory":"64MB""#
        let create = "POST /v1/requests"
        try await examiner.call(create, body: work + #","terminal":{"rows":0,"columns":80}}"#, expecting: 400)
        let both = #","takesInput":true,"terminal":{"rows":24,"columns":80}}"#
        try await examiner.call(create, body: work + both, expecting: 400)
        let id = try await examiner.call(
            create, body: work + #","terminal":{"rows":24,"columns":80}}"#, expecting: 201
        ).id
        try await site.untilState(id, "running")
        try await examiner.call("GET \(path)", "\(id)", expecting: 200)
        let changed = try await examiner.call("PUT \(path)", "\(id)", body: size, expecting: 200)
        #expect(changed.json["rows"] as? Int == 40 && changed.json["columns"] as? Int == 120)
        let input = "PUT /v1/leases/{id}/input"
        let typed = try await examiner.call(input, "\(id)", query: "?offset=0&writer=ff", body: "x", expecting: 200)
        #expect(typed.json["accepted"] as? Int == 1)
        try await examiner.call(input, "\(id)", query: "?offset=0&writer=me", body: "x", expecting: 400)
        if Self.isRoot {
            try await examiner.call("PUT \(path)", "\(id)", body: size, as: Self.stranger, expecting: 403)
            try await examiner.call("GET \(path)", "\(id)", as: Self.stranger, expecting: 403)
            try await examiner.call(
                input, "\(id)", query: "?offset=0&writer=1", body: "x", as: Self.stranger, expecting: 403)
        }
        try await examiner.call("POST /v1/leases/{id}/return", "\(id)", expecting: 200)
    }

    /// The output of lease 3 goes, as it does when its time has come.
    private func expired(_ site: Site, _ examiner: Examiner) async throws {
        let logs = "\(site.directory)/logs/3"
        try await eventually("the output has been put away") { FileManager.default.fileExists(atPath: logs + "/1/out") }
        try FileManager.default.removeItem(atPath: logs)
        try await examiner.call("GET /v1/leases/{id}/logs", "3", expecting: 410)
        try await examiner.call("GET /v1/leases/{id}/console", "3", expecting: 410)
    }

    private func administration(_ examiner: Examiner) async throws {
        let change = #"{"guarantee":1,"limit":2,"adding":["alice"]}"#
        try await examiner.call("PATCH /v1/teams/{name}", "vision", body: change, expecting: 200)
        try await examiner.call("GET /v1/teams", expecting: 200)
        try await examiner.call("PATCH /v1/teams/{name}", "vision", body: #"{"guarantee":-1}"#, expecting: 400)
        try await examiner.call("DELETE /v1/teams/{name}", "nobody", expecting: 404)
        try await examiner.call("DELETE /v1/teams/{name}", "vision", expecting: 200)
        try await examiner.call("GET /v1/policy", expecting: 200)
        try await examiner.call("PATCH /v1/policy", body: #"{"graceSeconds":1.5}"#, expecting: 200)
        let price = #"{"electricityPrice":0.3,"currency":"EUR"}"#
        try await examiner.call("PATCH /v1/policy", body: price, expecting: 200)
        try await examiner.call("PATCH /v1/policy", body: #"{"currency":"euro"}"#, expecting: 400)
        try await limits(examiner)
        try await examiner.call("GET /v1/reports/energy", query: "?by=team", expecting: 200)
        try await examiner.call("GET /v1/reports/energy", query: "?by=moon", expecting: 400)
        try await examiner.call("GET /v1/reports/accuracy", query: "?limit=3", expecting: 200)
        try await examiner.call("GET /v1/reports/accuracy", query: "?limit=1001", expecting: 400)
        try await advice(examiner)
        if Self.isRoot {
            try await examiner.call("PATCH /v1/teams/{name}", "x", body: change, as: Self.stranger, expecting: 403)
            try await examiner.call("PATCH /v1/policy", body: "{}", as: Self.stranger, expecting: 403)
            try await examiner.call("GET /v1/backup", as: Self.stranger, expecting: 403)
            try await examiner.call("GET /v1/export", as: Self.stranger, expecting: 403)
        }
        try await examiner.call("GET /v1/backup", expecting: 200)
        try await examiner.call("GET /v1/export", query: "?after=2", expecting: 200)
        try await examiner.call("GET /v1/export", query: "?after=100000", expecting: 409)
        try await examiner.call("GET /v1/events", query: "?after=100000&follow=0", expecting: 409)
        try await examiner.call("POST /v1/tokens", body: #"{"name":"laptop","time":"30d"}"#, expecting: 201)
        try await examiner.call("POST /v1/tokens", body: #"{"name":"laptop"}"#, expecting: 409)
        try await examiner.call("POST /v1/tokens", body: #"{"name":""}"#, expecting: 400)
        try await examiner.call("GET /v1/tokens", expecting: 200)
        try await examiner.call("DELETE /v1/tokens/{id}", "1", expecting: 204)
        try await examiner.call("DELETE /v1/tokens/{id}", "99", expecting: 404)
    }

    /// What the last frame of a console holds.
    private func lastFrame(_ bytes: Data) throws -> Data {
        var rest = bytes[...], last = Data()
        while rest.count >= 13 {
            let header = Array(rest.prefix(13))
            let length = header[9..<13].reduce(0) { $0 << 8 | Int($1) }
            try #require(rest.count >= 13 + length)
            last = header[0] == 5 ? Data(rest.dropFirst(13).prefix(length)) : Data()
            rest = rest.dropFirst(13 + length)
        }
        return last
    }
}
