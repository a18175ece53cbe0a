import FleetModel
import Testing
import WireModel

@testable import WebPages

@Suite("The pages of the administration, of one's account and of signing in, in every state")
struct AdministrationPageTests {
    private let now = Sample.now
    private let admin = Viewer(name: "root", isAdministrator: true, canSignOut: true)
    private let olga = Viewer(name: "olga", isAdministrator: false, canSignOut: true, isOperator: true)
    private static let names = ["alice", Sample.hostile, Sample.long, "\u{202E}evil", "a/b?c#d"]

    private func actions(_ page: Element) -> [String] {
        page.all("form").filter { $0.attributes["method"] == "post" }.compactMap { $0.attributes["action"] }
    }

    @Test("only those who look after machines are led to the administration, and operators not to users")
    func navigation() throws {
        func links(_ viewer: Viewer) throws -> [String] {
            let page = try Examination.examine(
                NodesPage(viewer: viewer, now: now, list: Sample.list([Sample.device(1)])).html())
            return page.all("nav").flatMap { $0.all("a") }.compactMap { $0.attributes["href"] }
        }
        #expect(try !links(Sample.viewer).contains { $0.hasPrefix("/admin") })
        #expect(try links(olga).contains("/admin/nodes") && !links(olga).contains("/admin/users"))
        #expect(try links(admin).contains("/admin/users") && links(admin).contains("/admin/audit"))
    }

    @Test("nodes and devices: what is the matter is said, and what may be done fits the state")
    func nodes() throws {
        var devices = (0..<4).map { Sample.device($0) }
        devices[1] = Sample.held(1, by: Sample.hostile, Sample.long)
        devices[2].quarantine = QuarantineView(
            reason: "the probe failed", cure: "reset", since: Sample.at(-9), next: "Reset it")
        devices[2].state = "quarantined"
        var list = Sample.list(devices)
        try Examination.examine(NodesPage(viewer: admin, now: now, list: list).html())
        try Examination.examine(NodesPage(viewer: admin, now: now, list: Sample.list([])).html())
        func node(_ cordon: CordonView?, _ done: NodePage.Done? = nil) throws -> Element {
            list.nodes[0].cordon = cordon
            return try Examination.examine(
                NodePage(
                    viewer: admin, now: now, node: list.nodes[0], devices: devices,
                    leases: [Sample.request(7, "running", user: Sample.hostile)], done: done
                ).html())
        }
        let free = try node(nil, .cordoned)
        #expect(actions(free).contains("/admin/nodes/node1/cordon") && !free.text.contains("No new lease begins here now"))
        #expect(free.all("a").contains { $0.attributes["href"] == "/admin/leases/7/revoke" })
        var cordon = CordonView(reason: Sample.hostile, since: Sample.at(-5), suspected: true)
        cordon.drainBy = Sample.at(60)
        let shut = try node(cordon, .cordoned)
        #expect(
            actions(shut).contains("/admin/nodes/node1/uncordon") && shut.text.contains("the checks themselves are suspect"))
        for (index, device) in devices.enumerated() {
            let page = try Examination.examine(DevicePage(viewer: olga, now: now, device: device, done: nil).html())
            #expect(actions(page).contains { $0.hasSuffix("/retest") } == (index == 2))
        }
        let found = RetestView(cameBack: false, words: "It stays in quarantine: the probe failed.")
        let looked = DevicePage(viewer: olga, now: now, device: devices[2], done: .released, look: found)
        #expect(try Examination.examine(looked.html()).text.contains("It stays in quarantine"))
        var health = HealthView(version: "1", findings: [.init(subject: "store", state: "good", words: "`fine`")])
        health.findings.append(.init(subject: "clock", state: "bad", words: Sample.hostile, next: "do `this`"))
        let overview = try Examination.examine(OverviewPage(viewer: admin, now: now, list: list, health: health).html())
        #expect(
            overview.text.contains("the probe failed")
                && overview.all("a").contains { $0.attributes["href"] == "/v1/backup" })
        let other = try Examination.examine(
            OverviewPage(viewer: olga, now: now, list: Sample.list([Sample.device(0)]), health: health).html())
        #expect(
            !other.all("a").contains { $0.attributes["href"] == "/v1/backup" } && other.text.contains("Nothing: every node"))
    }

    @Test("what hurts is asked once more: what it ends is named, and only the button sends it")
    func confirmation() throws {
        var content = ConfirmPage.Content(
            part: .nodes, question: "Empty \(Sample.hostile)?", consequences: [Sample.hostile, "It ends 101 leases."],
            action: .path("admin", "nodes", Sample.hostile, "drain"), button: "Empty the node", back: Link("/admin/nodes"))
        content.requests = (1...101).map { Sample.request($0, "running", user: Sample.hostile, name: Sample.long) }
        content.fields = [("within", Sample.hostile)]
        content.reason = .init(hint: "Everybody reads it.", value: Sample.hostile)
        let page = try Examination.examine(ConfirmPage(viewer: admin, now: now, content: content).html())
        let forms = page.all("form").filter { $0.attributes["action"]?.hasPrefix("/admin") ?? false }
        #expect(forms.count == 1 && page.text.contains("And 1 more."))
    }

    private func account(_ name: String, isDisabled: Bool = false) -> AccountView {
        AccountView(
            name: name, displayName: name, role: "member", disabled: isDisabled, hasPassword: true, unixID: 1_000,
            team: "vision", createdAt: Sample.at(-9_000), lastSignInAt: nil)
    }

    private func session(_ agent: String, isCurrent: Bool = false) -> BrowserSessionView {
        BrowserSessionView(
            id: isCurrent ? 1 : 2, user: "alice", createdAt: Sample.at(-60), lastSeenAt: Sample.at(-5),
            expiresAt: Sample.at(9_000), address: "2001:db8::1", agent: agent, current: isCurrent)
    }

    @Test("users: many, none, hostile names; links and secrets stand in one field")
    func users() throws {
        var content = UsersPage.Content()
        try Examination.examine(UsersPage(viewer: admin, now: now, content: content).html())
        content.people = Self.names.map { .init(account: account($0), lastSeenAt: Sample.at(-3), leases: 2) }
        content.strangers = Self.names
        (content.all, content.found, content.page, content.pages) = (400, 200, 2, 4)
        content.search = Sample.hostile
        content.teams = Self.names
        content.invitation = NewAccount(name: Sample.hostile, role: "operator", team: "alice")
        content.problem = Problem("x", title: "No", status: 400, detail: Sample.hostile)
        try Examination.examine(UsersPage(viewer: admin, now: now, content: content).html())
        #expect(UsersPage.near(9, of: 200) == [1, 6, 7, 8, 9, 10, 11, 12, 200] && UsersPage.near(1, of: 1) == [1])
        for name in Self.names {
            var one = UserPage.Content(name: name)
            try Examination.examine(UserPage(viewer: admin, now: now, content: one).html())
            one.account = account(name, isDisabled: true)
            let disabled = try Examination.examine(UserPage(viewer: admin, now: now, content: one).html())
            #expect(
                actions(disabled).contains { $0.hasSuffix("/enable") }
                    && !actions(disabled).contains { $0.hasSuffix("/link") })
            one.account = account(name)
            one.teams = Self.names
            one.sessions = [session(Sample.hostile)]
            one.tokens = [
                TokenView(id: 1, name: name, user: name, scope: "work", createdAt: "", expiresAt: nil, lastUsedAt: nil)
            ]
            one.open = [Sample.request(7, "running", user: name), Sample.request(8, "waiting", user: name)]
            one.openCount = 10_000
            one.ended = [Sample.request(3, "closed", user: name)]
            one.link = TicketView(user: name, url: "http://h/sign-in?ticket=ticket_x", expiresAt: Sample.at(60))
            let page = try Examination.examine(UserPage(viewer: admin, now: now, content: one).html())
            #expect(page.all("input").contains { $0.attributes["value"] == "http://h/sign-in?ticket=ticket_x" })
            #expect(page.text.contains("And 9,998 more."))
            #expect(!page.all("a").contains { $0.attributes["href"]?.contains("ticket") ?? false })
        }
    }

    @Test("teams, reservations and the policy: operators read, administrators set")
    func rules() throws {
        let teams = Self.names.map { TeamView(name: $0, guarantee: 2, limit: nil, members: Self.names, holds: 1) }
        #expect(
            actions(try Examination.examine(TeamsPage(viewer: admin, teams: teams, devices: 4).html())).contains(
                "/admin/teams"))
        #expect(
            try !actions(Examination.examine(TeamsPage(viewer: olga, teams: [], devices: 4).html())).contains("/admin/teams")
        )
        for team in teams { try Examination.examine(TeamPage(viewer: admin, team: team, warnings: Self.names).html()) }
        try Examination.examine(TeamPage(viewer: olga, team: teams[0]).html())

        var view = PolicyView(defaultTimeSeconds: 86_400, longestTimeSeconds: 5_400.25, waitingLimit: 9, reclaim: true)
        view.foreignProcesses = "kill"
        let form = PolicyForm(view)
        #expect(form[.default] == "1d" && form[.longest] == "1h30m250ms" && form[.reclaim] == "on")
        let page = try Examination.examine(PolicyPage(viewer: admin, form: form, version: form.version).html())
        let ids = page.with("name").compactMap { $0.attributes["name"] }
        for field in PolicyForm.Field.allCases { #expect(ids.contains(field.rawValue), "\(field) can't be set") }
        let shown = try Examination.examine(PolicyPage(viewer: olga, form: form, version: form.version).html())
        #expect(shown.all("select").isEmpty && shown.text.contains("is ended"))
        var other = form
        other.texts[.grace] = "9s"
        #expect(other.version != form.version && form.changes(from: form).isEmpty)
        other.texts[.foreignProcesses] = "warn"
        #expect(
            other.changes(from: form).count == 2 && form.changes(from: other).contains { $0.contains("whoever started it") })

        let one = ReservationView(
            id: 4, user: nil, team: Sample.hostile, by: Sample.long, name: Sample.hostile, gpus: 2, asked: "2",
            startsAt: Sample.at(60), endsAt: Sample.at(120), state: "unplaced", node: nil, devices: [], leases: [],
            lapsesAt: nil, trouble: Sample.hostile)
        for who in ["off", "admins", "everyone"] {
            for viewer in [admin, olga] {
                let page = try Examination.examine(
                    ReservationsPage(
                        viewer: viewer, now: now, reservations: [one], who: who, form: .init(), problem: nil, isMade: true
                    ).html())
                let may = who == "everyone" || who == "admins" && viewer.isAdministrator
                #expect(actions(page).contains("/admin/reservations") == may)
            }
        }
    }

    @Test("who did what: filters stay in every link")
    func audit() throws {
        var filter = AuditPage.Filter()
        filter.user = "a&b=c"
        filter.from = "2026-11-01"
        let entries = Self.names.enumerated().map { index, name in
            AuditEntryView(
                id: Int64(index + 1), at: Sample.at(-1), user: index == 0 ? nil : name, door: "session:4",
                address: index == 1 ? "" : "127.0.0.1", act: "request.create", subject: name,
                status: index == 2 ? 403 : 201)
        }
        let page = try Examination.examine(
            AuditPage(
                viewer: admin, now: now, list: AuditList(entries: entries, next: 5), filter: filter, acts: ["request"],
                isFirst: false, problem: nil
            ).html())
        let links = page.all("a").compactMap { $0.attributes["href"] }.filter {
            $0.contains("/audit?") && !$0.contains("user=alice")
        }
        for link in links where !link.hasPrefix("/admin/users") {
            #expect(link.contains("user=a%26b%3Dc") && link.contains("from=2026-11-01"), "\(link)")
        }
        #expect(links.contains { $0.hasSuffix("before=5") } && links.contains { $0.contains("format=csv") })
        try Examination.examine(
            AuditPage(
                viewer: admin, now: now, list: AuditList(entries: [], next: nil), filter: .init(), acts: [], isFirst: true,
                problem: Problem("x", title: "No", status: 400, detail: "It is no day.")
            ).html())
    }

    @Test("one's account: new, full, by a token's door")
    func own() throws {
        let who = WhoView(
            user: "alice", displayName: Sample.hostile, role: "member", administrator: false, team: Sample.hostile,
            door: "session", doorID: 1, workRefusal: "The account has no Unix user.")
        var content = AccountPage.Content(who: who)
        let empty = try Examination.examine(AccountPage(viewer: Sample.viewer, now: now, content: content).html())
        #expect(!empty.all("input").contains { $0.attributes["name"] == "current" })
        content.hasAccount = true
        content.hasPassword = true
        content.sessions = [
            session("Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", isCurrent: true), session(Sample.hostile),
        ]
        content.tokens = Self.names.map {
            TokenView(
                id: 3, name: $0, user: "alice", scope: "admin", createdAt: Sample.at(-9), expiresAt: Sample.at(-1),
                lastUsedAt: nil)
        }
        content.made = TokenView(
            id: 3, name: Sample.hostile, user: "alice", scope: "work", createdAt: Sample.at(0), expiresAt: nil,
            lastUsedAt: nil,
            token: "carrel_secret")
        content.done = .tokenRevoked
        let full = try Examination.examine(AccountPage(viewer: Sample.viewer, now: now, content: content).html())
        #expect(
            full.text.contains("Firefox on Linux")
                && full.all("input").contains { $0.attributes["value"] == "carrel_secret" })
        #expect(actions(full).contains("/account/sessions/2/end") && !actions(full).contains("/account/sessions/1/end"))
        content.isInPerson = false
        let token = try Examination.examine(AccountPage(viewer: Sample.viewer, now: now, content: content).html())
        #expect(!actions(token).contains("/account/tokens") && !actions(token).contains("/account/password"))
    }

    @Test("signing in: by a link, a password, other ways; hostile values stay text")
    func signIn() throws {
        for content in [
            SignInPage.Content.form, .words, .link(ticket: Sample.hostile, user: Sample.long),
            .signedIn(user: Sample.hostile, hasPassword: false),
        ] {
            let page = SignInPage(content, message: Sample.hostile, next: Sample.hostile)
            #expect(try Examination.examine(page.html()).all("nav").isEmpty)
        }
        let ways = SignInWays(
            hasPassword: false, others: [.init(name: Sample.hostile, link: .path("sign-in", "with", "university"))])
        let page = try Examination.examine(SignInPage(.form, ways: ways, message: nil, next: "/work").html())
        #expect(actions(page) == ["/sign-in/with/university"])
        #expect(page.all("input").map { $0.attributes["value"] } == ["/work"])
    }
}
