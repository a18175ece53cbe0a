import Accounts
import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import Testing

@testable import HTTPAPI

@Suite("Limits, profiles and the policy: pages and the API, by several at once")
struct LimitPageRouteTests {
    private let api: CarrelAPI
    private let call: Call
    private let parts: CarrelAPI.Parts
    private static let root = Requester(UserName("root"), isAdministrator: true)

    init() {
        parts = StubParts.make(accounts: [
            Account(name: UserName("root"), role: .administrator, unixID: 0, createdAt: StubParts.start),
            Account(name: UserName("alice"), unixID: 1_001, createdAt: StubParts.start),
        ])
        api = CarrelAPI(parts)
        api.address.text = "http://127.0.0.1:8642"
        call = Call(api: api)
    }

    private var limits: LimitPolicy { parts.service.state.policy.limits }

    private func signedIn() async throws -> String {
        let ticket = try await parts.desk.tickets.make(for: UserName("root"), by: nil, at: StubParts.start).text
        return try #require(
            try await call(.post, "/sign-in", body: "ticket=\(ticket)", headers: Call.sameOrigin).cookie)
    }

    private func get(_ path: String, _ cookie: String) async throws -> Call.Answer {
        try await call(.get, path, cookie: cookie, headers: [("Accept", "text/html")])
    }

    private func post(_ path: String, _ body: String, _ cookie: String) async throws -> Call.Answer {
        try await call(.post, path, body: body, cookie: cookie, headers: Call.sameOrigin + [("Accept", "text/html")])
    }

    private func version(_ answer: Call.Answer) throws -> String {
        String(try #require(answer.body.firstMatch(of: /name="version" value="([0-9a-f]+)"/)).output.1)
    }

    private func perform(_ command: Command) async throws { _ = try await parts.service.writer.perform(command) }

    @Test("limits are set and removed; what takes something away is asked about first")
    func setting() async throws {
        let root = try await signedIn(), anna = UserName("anna"), page = "/admin/limits/users/anna"
        var form = "version=\(try version(try await get(page, root)))&gpus=2&hours=&longest=8h"
        let ask = try await post(page, form, root)
        #expect(ask.status == 200 && ask.body.contains("instead of as many as there are"), "\(ask.body)")
        #expect(ask.body.contains("A lease of anna lasts 8h at most") && limits.isEmpty)
        #expect(try await post(page, form + "&sure=yes", root).status == 303)
        #expect(limits.limits(of: anna) == UseLimits(devicesAtOnce: 2, longestLease: .hours(8)))
        // More than before takes nothing from anybody.
        form = "version=\(try version(try await get(page, root)))&gpus=4&hours=&longest="
        let more = try await post(page, form, root)
        #expect(more.status == 303 && more.headers[.location] == "\(page)?done=changed")
        #expect(limits.limits(of: anna) == UseLimits(devicesAtOnce: 4))
        #expect(try await get("/admin/limits", root).body.contains("0 of 4"))

        let remove = try await get(page + "/remove", root)
        #expect(remove.status == 200 && limits.limits(of: anna).devicesAtOnce == 4)
        #expect(try await post(page + "/remove", "version=\(try version(remove))", root).status == 303)
        #expect(limits.isEmpty)
        #expect(try await get(page + "/remove", root).status == 404)
        #expect(try await post(page + "/remove", "", root).status == 404)
        let acts = try await parts.audit.entries(before: nil, limit: 100, user: nil, act: nil).map {
            "\($0.act) \($0.subject ?? "-") \($0.status)"
        }
        #expect(acts.contains("limit.change anna 303") && acts.contains("limit.remove anna 303"), "\(acts)")
        // A question is no act.
        #expect(!acts.contains { $0.hasPrefix("limit") && $0.hasSuffix(" 200") })
    }

    @Test("each mistake stands beside its field, with what was typed; nothing is changed")
    func mistakes() async throws {
        let root = try await signedIn()
        for (typed, words) in [
            ("gpus=x", "“x” is no whole number"), ("gpus=-1", "no whole number"), ("hours=1.5", "no whole number"),
            ("longest=soon", "is no time"), ("longest=0s", "0s"), ("name=", "That is no name"),
            ("kind=team&name=nobody", "There is no team nobody"), ("gpus=99999999999999999999", "no whole number"),
        ] {
            let body = typed.contains("name=") ? typed : "kind=user&name=anna&\(typed)"
            let answer = try await post("/admin/limits", body, root)
            #expect(answer.status == 400, "\(typed)")
            #expect(answer.body.contains("class=\"wrong\"") && answer.body.contains(words), "\(typed): \(answer.body)")
        }
        let kept = try await post("/admin/limits", "kind=user&name=an%22na&gpus=<i>&hours=7&longest=1d", root)
        for value in ["an&quot;na", "&lt;i&gt;", "7", "1d"] { #expect(kept.body.contains("value=\"\(value)\""), "\(value)") }
        #expect(kept.body.contains("aria-invalid=\"true\""))
        try await perform(.setTeam(TeamChange(name: TeamName("vision")), by: Self.root))
        let team = try await post("/admin/limits", "kind=team&name=vision&gpus=2&hours=9", root)
        #expect(team.status == 400 && team.body.contains("kept with the team"))
        #expect(limits.isEmpty)
        #expect(try await get("/admin/limits/teams/nobody", root).status == 404)
        #expect(try await post("/admin/limits/teams/nobody", "hours=1&sure=yes", root).status == 404)
    }

    @Test("a form that is older than what is in force changes nothing, and keeps what was typed")
    func oldForms() async throws {
        let root = try await signedIn(), page = "/admin/limits/everybody"
        let old = try version(try await get(page, root))
        #expect(try await post(page, "version=\(old)&gpus=3&sure=yes", root).status == 303)
        let late = try await post(page, "version=\(old)&gpus=1&sure=yes", root)
        #expect(
            late.status == 409 && late.body.contains("Somebody changed these limits") && late.body.contains("value=\"1\""))
        #expect(limits.everybody.devicesAtOnce == 3)
        // Of others nothing is said: their limits are theirs.
        let anna = try version(try await get("/admin/limits/users/anna", root))
        #expect(try await post(page, "version=\(try version(late))&gpus=2&sure=yes", root).status == 303)
        #expect(try await post("/admin/limits/users/anna", "version=\(anna)&gpus=9", root).status == 303)
        #expect(limits.limits(of: UserName("anna")).devicesAtOnce == 9)
        // From the list nothing that is in force goes without a word: the page of the person comes, with both.
        for name in ["anna", "ben"] {
            let again = try await post("/admin/limits", "kind=user&name=\(name)&hours=7", root)
            #expect(again.status == 409 && again.body.contains("holds for \(name) already"), "\(again.body)")
            #expect(again.body.contains("value=\"7\"") && again.body.contains("value=\"\(name == "anna" ? 9 : 2)\""))
        }
        #expect(limits.limits(of: UserName("anna")) == UseLimits(devicesAtOnce: 9))
    }

    @Test("profiles are made, changed and removed, for some or for all")
    func profiles() async throws {
        let root = try await signedIn(), list = "/admin/profiles"
        try await perform(.setTeam(TeamChange(name: TeamName("vision")), by: Self.root))
        let made = try await post(
            list, "name=large-2&gpus=a100:2&time=4h&memory=&cpus=&note=For+%3Cb%3E&member=yes&teams=vision", root)
        #expect(made.status == 303, "\(made.body)")
        let profile = try #require(parts.service.state.policy.profiles.first)
        #expect(profile.devices.count == 2 && profile.duration == .hours(4) && profile.cores == nil)
        #expect(profile.roles == [.member] && profile.teams == [TeamName("vision")] && profile.note == "For <b>")
        let page = try await get(list, root)
        #expect(page.body.contains("For &lt;b&gt;") && page.body.contains("members, team vision"))
        #expect(try await post(list, "name=large-2&gpus=1", root).status == 400)
        for (typed, words) in [
            ("name=No+Good&gpus=1", "small letters"), ("name=a&gpus=a100:x", "wrong"), ("name=a&gpus=", "Say how many"),
            ("name=a&gpus=1&time=soon", "is no time"), ("name=a&gpus=1&memory=1", "too little"),
            ("name=a&gpus=1&cpus=x", "no number of cores"), ("name=a&gpus=1&teams=vsion", "There is no team vsion"),
            ("name=a&gpus=1&note=two%0Alines", "One line"),
        ] {
            let answer = try await post(list, typed, root)
            #expect(answer.status == 400 && answer.body.contains(words), "\(typed)")
            #expect(answer.body.contains("class=\"wrong\""), "\(typed)")
        }
        let one = "\(list)/large-2", old = try version(try await get(one, root))
        #expect(try await post(one, "version=\(old)&gpus=1&teams=", root).status == 303)
        #expect(parts.service.state.policy.profiles.first?.roles == [])
        let late = try await post(one, "version=\(old)&gpus=0", root)
        #expect(late.status == 409 && late.body.contains("Somebody changed this profile"))
        #expect(try await post(one, "version=\(try version(late))&gpus=0", root).status == 303)
        let ask = try await get(one + "/remove", root)
        #expect(ask.body.contains("Nobody can ask by it") && parts.service.state.policy.profiles.count == 1)
        #expect(try await post(one + "/remove", "version=\(old)", root).status == 409)
        #expect(try await post(one + "/remove", "version=\(try version(ask))", root).status == 303)
        #expect(parts.service.state.policy.profiles.isEmpty)
        #expect(try await get(one, root).status == 404)
    }

    @Test("a team that is gone leaves a profile that names it for nobody, and says so")
    func teamGone() async throws {
        let root = try await signedIn()
        try await perform(.setTeam(TeamChange(name: TeamName("vision")), by: Self.root))
        #expect(try await post("/admin/profiles", "name=v&gpus=1&teams=vision", root).status == 303)
        #expect(try await post("/admin/limits", "kind=team&name=vision&hours=0", root).status == 200)
        let page = "/admin/limits/teams/vision"
        let form = "version=\(try version(try await get(page, root)))&hours=5&sure=yes"
        #expect(try await post(page, form, root).status == 303)
        #expect(try await get("/admin/teams/vision/remove", root).body.contains("Its limits go with it"))
        #expect(try await post("/admin/teams/vision/remove", "", root).status == 303)
        #expect(limits.isEmpty)
        #expect(try await get("/admin/profiles", root).body.contains("There is no team vision any more."))
        #expect(parts.service.state.policy.profiles.first?.teams == [TeamName("vision")])
        // It can be changed all the same, and what names nothing any more is no slip of now.
        let one = try await get("/admin/profiles/v", root)
        #expect(try await post("/admin/profiles/v", "version=\(try version(one))&gpus=2&teams=vision", root).status == 303)
    }

    @Test("moving somebody to a team that is gone changes nothing, and leaves them in theirs")
    func moving() async throws {
        let root = try await signedIn(), alice = UserName("alice")
        for name in ["vision", "speech"] { try await perform(.setTeam(TeamChange(name: TeamName(name)), by: Self.root)) }
        try await perform(.move(alice, to: TeamName("vision"), by: Self.root))
        let form = "displayName=Al&role=operator&unixUser=1001&wasIn=vision"
        let gone = try await post("/admin/users/alice", form + "&team=physics", root)
        #expect(gone.status == 409 && gone.body.contains("There is no team physics any more. Nothing was changed."))
        #expect(parts.service.state.team(of: alice).name == "vision")
        #expect(parts.desk.directory.account(alice)?.role == .member)
        #expect(try await post("/admin/users/alice", form + "&team=speech", root).status == 303)
        #expect(parts.service.state.team(of: alice).name == "speech")
        #expect(parts.service.state.teams.first { $0.name.name == "vision" }?.members == [])
        // What was only shown is no wish: somebody moved her meanwhile.
        try await perform(.move(alice, to: TeamName("vision"), by: Self.root))
        #expect(try await post("/admin/users/alice", "displayName=B&wasIn=speech&team=speech", root).status == 303)
        #expect(parts.service.state.team(of: alice).name == "vision")
        #expect(try await post("/admin/users/alice", "displayName=B&wasIn=vision&team=", root).status == 303)
        #expect(parts.service.state.team(of: alice) == .everyone)
    }

    @Test("changes that come at the same time are all made; one that names a version is made to that or not at all")
    func atOnce() async throws {
        let root = try await signedIn(), json = [("Content-Type", "application/json")] + Call.sameOrigin
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...20 {
                group.addTask {
                    let limit = #"{"limits":[{"kind":"user","name":"u\#(number)","gpusAtOnce":\#(number)}]}"#
                    return try await call(.patch, "/v1/policy", body: limit, cookie: root, headers: json).status
                }
                group.addTask {
                    try await call(.put, "/v1/profiles/p\(number)", body: #"{"gpus":"1"}"#, cookie: root, headers: json)
                        .status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(limits.users.count == 20 && parts.service.state.policy.profiles.count == 20)
        let read = try await call(.get, "/v1/policy", cookie: root)
        let tag = try #require(read.headers[.eTag])
        func change(_ body: String, _ tag: String) async throws -> Call.Answer {
            try await call(.patch, "/v1/policy", body: body, cookie: root, headers: json + [("If-Match", tag)])
        }
        let made = try await change(#"{"graceSeconds":5}"#, tag)
        #expect(made.status == 200 && made.headers[.eTag] != tag)
        let late = try await change(#"{"graceSeconds":6}"#, tag)
        #expect(late.status == 412 && late.body.contains("not-as-read") && parts.service.state.policy.grace == .seconds(5))
        #expect(try await change(#"{"graceSeconds":6}"#, "W/\(tag), \"x\"").status == 412)
        #expect(try await change(#"{"graceSeconds":7}"#, "*").status == 200)
        let now = try #require(try await call(.get, "/v1/policy", cookie: root).headers[.eTag])
        #expect(try await change(#"{"graceSeconds":8}"#, "\"x\", \(now)").status == 200)
        let profiles = try #require(try await call(.get, "/v1/profiles", cookie: root).headers[.eTag])
        func remove(_ name: String) async throws -> Int {
            try await call(
                .delete, "/v1/profiles/\(name)", cookie: root, headers: Call.sameOrigin + [("If-Match", profiles)]
            ).status
        }
        #expect(try await remove("p1") == 200)
        #expect(try await remove("p2") == 412)
        #expect(parts.service.state.policy.profiles.count == 19)
    }
}
