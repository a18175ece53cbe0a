import Foundation
import Glibc
import Testing

/// What operators and administrators do in a browser, on a real server; curl stands for the browser.
@Suite("The pages of the administration")
struct AdministrationPagesTests {
    private typealias Browser = PagesTests.Browser

    private struct Place {
        let site: Site
        let browser: Browser
        let node: String
        let devices: [String]

        /// From a page of this very server.
        func post(_ path: String, _ fields: String...) async throws -> PagesTests.Answer {
            try await browser.post(path, fields, from: ["Origin: \(browser.address)"])
        }
    }

    private func with(_ body: (Place) async throws -> Void) async throws {
        try await Site.with(simulate: "a100:2", options: ["--listen", "127.0.0.1:0"]) { site async throws in
            let output = site.launcher?.output ?? ""
            let address = String(try #require(output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)).output)
            let token = try await site.carrel("token", "create", "browser", "--scope", "admin").output
            let pool = try await site.json("gpus")
            let nodes = pool["nodes"] as? [[String: Any]] ?? [], devices = pool["devices"] as? [[String: Any]] ?? []
            try await body(
                Place(
                    site: site,
                    browser: Browser(address: address, token: token.trimmingCharacters(in: .whitespacesAndNewlines)),
                    node: try #require(nodes.first?["name"] as? String),
                    devices: devices.compactMap { $0["uuid"] as? String }))
        }
    }

    private static let parts = [
        "", "/nodes", "/users", "/teams", "/limits", "/limits/everybody", "/profiles", "/policy", "/reservations", "/audit",
    ]

    @Test("each part is there for an administrator, with the headers of every page, and for no member")
    func parts() async throws {
        try await with { place in
            let made = try await place.site.carrel("token", "create", "small", "--scope", "work").output
            let member = Browser(
                address: place.browser.address, token: made.trimmingCharacters(in: .whitespacesAndNewlines))
            for part in Self.parts {
                let page = try await place.browser.get("/admin\(part)")
                #expect(page.status == 200 && page.headers["cache-control"] == "no-store", "\(part) \(page.status)")
                #expect(page.headers["content-security-policy"]?.contains("frame-ancestors 'none'") ?? false)
                #expect(try await member.get("/admin\(part)").status == 403, "\(part)")
            }
            #expect(try await !member.get("/").body.contains("href=\"/admin"))
            #expect(try await place.browser.get("/").body.contains("href=\"/admin"))
            // A token makes no new way in, whatever it may do besides.
            #expect(try await place.post("/admin/users", "name=eve").status == 403)
            #expect(try await place.post("/account/tokens", "name=second").status == 403)
        }
    }

    @Test("a node takes no leases, and takes them again; emptying it names what it ends, and ends that and nothing before")
    func nodes() async throws {
        try await with { place in
            let node = "/admin/nodes/\(place.node)"
            let shut = try await place.post("\(node)/cordon", "reason=new <fans>")
            #expect(shut.status == 303 && shut.headers["location"] == "\(node)?done=cordoned")
            let page = try await place.browser.get("\(node)?done=cordoned")
            #expect(page.body.contains("new &lt;fans&gt;") && page.body.contains("No new lease begins here now"))
            #expect(try await place.post("\(node)/cordon", "reason=").status == 409)
            #expect(try await place.post("\(node)/uncordon").status == 303)
            #expect(try await place.browser.get("/admin/nodes/nowhere").status == 404)

            let id = try await place.site.detach("--gpus", "1", "--time", "2h", "--", "sleep", "600")
            try await place.site.untilState(id, "running")
            let later = try await place.browser.get("\(node)/drain?within=1d&reason=a+new+kernel")
            #expect(later.body.contains("No lease is ended by it") && later.body.contains("value=\"a new kernel\""))
            let ask = try await place.browser.get("\(node)/drain?within=0")
            #expect(
                ask.body.contains("It ends 1 lease now") && ask.body.contains(["", "work", "\(id)"].joined(separator: "/")))
            #expect(try await place.browser.get("\(node)/drain?within=soon").status == 400)
            #expect(try await place.site.state(id) == "running")
            #expect(try await place.post("\(node)/drain", "within=0", "reason=a new kernel").status == 303)
            try await place.site.untilState(id, "closed")
            try await eventually("it is empty") { try await place.browser.get(node).body.contains("Empty") }
            #expect(try await place.post("\(node)/uncordon").status == 303)
            let acts = try await place.browser.get("/admin/audit?act=node").body
            for act in ["node.cordon", "node.uncordon", "node.drain"] { #expect(acts.contains(act)) }
        }
    }

    @Test("a GPU is taken out after a question, looked at again, and put back on one's word")
    func devices() async throws {
        try await with { place in
            let device = "/admin/devices/\(place.devices[0])"
            let ask = try await place.browser.get("\(device)/quarantine?reason=a+loud+fan")
            #expect(ask.status == 200 && ask.body.contains("value=\"a loud fan\""))
            #expect(try await !place.browser.get(device).body.contains("Out of the pool"))
            #expect(try await place.post("\(device)/quarantine", "reason=a loud fan").status == 303)
            #expect(try await place.browser.get("/admin").body.contains("a loud fan"))
            let looked = try await place.post("\(device)/retest", "reset=yes")
            #expect([200, 303].contains(looked.status))
            if looked.status == 200 {
                #expect(try await place.browser.get("\(device)/release").body.contains("a loud fan"))
                #expect(try await place.post("\(device)/release").status == 303)
            }
            #expect(try await place.post("\(device)/release").status == 409)
            #expect(try await place.browser.get("\(device)/release").status == 409)
            #expect(try await place.browser.get("/admin/devices/GPU-0").status == 404)
        }
    }

    @Test("a lease is revoked with a reason; GPUs are reserved and given up again")
    func leases() async throws {
        try await with { place in
            let id = try await place.site.detach("--gpus", "1", "--", "sleep", "600")
            try await place.site.untilState(id, "running")
            let revoke = "/admin/leases/\(id)/revoke"
            #expect(try await place.browser.get(revoke).body.contains("Revoke lease \(id)?"))
            #expect(try await place.post(revoke, "reason=").status == 400)
            #expect(try await place.site.state(id) == "running")
            #expect(try await place.post(revoke, "reason=needed for the exam").status == 303)
            try await place.site.untilState(id, "closed")
            #expect(try await place.browser.get(workPage("\(id)")).body.contains("needed for the exam"))
            #expect(try await place.browser.get(revoke).status == 409)

            let list = "/admin/reservations"
            let past = try await place.post(list, "gpus=1", "day=2001-01-01", "clock=09:00", "time=2h", "name=<i>exam")
            #expect(past.status >= 400 && past.body.contains("value=\"&lt;i&gt;exam\""))
            #expect(try await place.post(list, "gpus=1", "day=tomorrow", "time=2h").status == 400)
            let made = try await place.post(list, "gpus=1", "day=", "clock=", "time=2h", "name=<i>exam")
            #expect(made.status == 303, "\(made.body)")
            #expect(try await place.browser.get("\(list)?done=made").body.contains("&lt;i&gt;exam"))
            #expect(try await place.browser.get("\(list)/1/cancel").body.contains("No lease runs under it"))
            #expect(try await place.post("\(list)/1/cancel").status == 303)
            #expect(try await place.browser.get(list).body.contains("Nothing is reserved."))
            #expect(try await place.browser.get("\(list)/1/cancel").status == 404)
        }
    }
}
