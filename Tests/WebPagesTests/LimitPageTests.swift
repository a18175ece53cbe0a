import Testing
import WireModel

@testable import WebPages

@Suite("The pages of limits and profiles, in every state")
struct LimitPageTests {
    private let admin = Viewer(name: "root", isAdministrator: true, canSignOut: true)
    private let olga = Viewer(name: "olga", isAdministrator: false, canSignOut: true, isOperator: true)
    private static let names = ["alice", Sample.hostile, Sample.long, "\u{202E}evil", "a/b?c#d"]

    private func use(_ name: String) -> LimitUseView {
        var use = LimitUseView(user: name, gpusHeld: 2, team: name, teamGpusHeld: 3)
        (use.gpusAtOnce, use.gpuHoursAWeek, use.gpuHoursCounted) = (2, 40, 12.5)
        use.longestLeaseSeconds = 28_800
        return use
    }

    @Test("limits: none, many, hostile names, of a team that is gone, with mistakes")
    func limits() throws {
        var content = LimitsPage.Content()
        let empty = try Examination.examine(LimitsPage(viewer: admin, content: content).html())
        #expect(empty.text.contains("Nobody has limits of their own") && empty.text.contains("There are no teams"))
        content.everybody = LimitView(kind: "everybody", gpusAtOnce: 0, gpuHoursAWeek: 0, longestLeaseSeconds: 60)
        content.people = Self.names.map { LimitsPage.Person(use: use($0), hasOwn: true) }
        content.people.append(
            LimitsPage.Person(use: LimitUseView(user: "bob", gpusHeld: 1, team: "x", teamGpusHeld: 1), hasOwn: false))
        content.morePeople = 1_000
        content.teams = Self.names.map { name in
            LimitsPage.TeamUse(
                name: name, team: TeamView(name: name, guarantee: 2, limit: 0, members: [], holds: 3),
                limits: LimitView(kind: "team", name: name, gpuHoursAWeek: 9), hours: 9)
        }
        content.teams.append(LimitsPage.TeamUse(name: "gone", team: nil, limits: nil, hours: nil))
        content.form.name = Sample.hostile
        content.form.mistakes = Dictionary(uniqueKeysWithValues: LimitForm.Field.allCases.map { ($0, Sample.hostile) })
        content.problem = Problem("x", title: "No", status: 400, detail: Sample.hostile)
        content.changed = Sample.hostile
        let page = try Examination.examine(LimitsPage(viewer: admin, content: content).html())
        #expect(page.text.contains("12.5 of 40") && page.text.contains("2 of 2") && page.text.contains("And 1,000 more."))
        #expect(page.text.contains("there is no such team") && page.text.contains("1, no limit"))
        #expect(page.with("aria-invalid").count == LimitForm.Field.allCases.count)
        #expect(page.all("a").contains { $0.attributes["href"] == "/admin/limits/users/a%2Fb%3Fc%23d" })
    }

    @Test("limits of one: what is used, when hours come free, and what may be removed")
    func one() throws {
        for owner in [LimitOwnerName.everybody] + Self.names.flatMap({ [LimitOwnerName.user($0), .team($0)] }) {
            var content = LimitPage.Content(owner: owner)
            let bare = try Examination.examine(LimitPage(viewer: admin, now: Sample.now, content: content).html())
            #expect(!bare.all("a").contains { $0.attributes["href"] == owner.removal.text })
            content.hasOwn = true
            content.use = LimitPage.Use(
                held: 1, atOnce: nil, hours: 12.5, hoursAWeek: 40, free: [FreeingView(by: Sample.at(600), gpuHours: 3.5)])
            content.form = LimitForm(LimitView(kind: "user", gpusAtOnce: 3, longestLeaseSeconds: 129_600))
            #expect(content.form.gpus == "3" && content.form.hours.isEmpty && content.form.longest == "1d12h")
            content.warnings = [Sample.hostile]
            content.problem = Problem("x", title: "No", status: 409, detail: Sample.hostile)
            let page = try Examination.examine(LimitPage(viewer: admin, now: Sample.now, content: content).html())
            #expect(page.all("a").contains { $0.attributes["href"] == owner.removal.text })
            #expect(
                page.text.contains("3.5 by") && page.all("time").contains { $0.attributes["datetime"] == Sample.at(600) })
            var fields = page.all("input").compactMap { $0.attributes["name"] }
            fields.removeAll { $0 == "version" }
            if case .team = owner {
                #expect(fields == ["hours", "longest"])
            } else {
                #expect(fields == ["gpus", "hours", "longest"])
            }
        }
    }

    @Test("profiles: none, many, hostile notes, for teams that are gone; operators read them")
    func profiles() throws {
        let none = try Examination.examine(ProfilesPage(viewer: admin, profiles: [], teams: []).html())
        #expect(none.text.contains("There are none yet"))
        var profile = ProfileView(
            name: "large", gpus: "a100:2", cpus: "4", memory: "16GB", time: "4h", roles: ["member"], teams: Self.names,
            note: Sample.hostile)
        var form = ProfileForm(profile)
        form.mistakes = Dictionary(uniqueKeysWithValues: ProfileForm.Field.allCases.map { ($0, Sample.hostile) })
        let page = try Examination.examine(
            ProfilesPage(viewer: admin, profiles: [profile], teams: ["alice"], form: form, changed: "large").html())
        #expect(page.text.contains("There is no team") && page.text.contains("The profile large is as it is shown"))
        #expect(page.with("aria-invalid").count == ProfileForm.Field.allCases.count)
        let boxes = page.all("input").filter { $0.attributes["type"] == "checkbox" }
        #expect(boxes.count == 3 && boxes.filter { $0.attributes["checked"] != nil }.count == 1)
        profile.teams = nil
        profile.roles = nil
        let shown = try Examination.examine(
            ProfilesPage(viewer: olga, profiles: [profile], teams: [], changed: "gone").html())
        #expect(shown.text.contains("everybody") && shown.text.contains("There is no profile gone any more"))
        #expect(!shown.all("form").contains { $0.attributes["action"] == "/admin/profiles" })
        let one = try Examination.examine(
            ProfilePage(
                viewer: admin, name: "large", form: form, problem: Problem("x", title: "No", status: 409, detail: "x")
            ).html())
        #expect(one.all("a").contains { $0.attributes["href"] == "/admin/profiles/large/remove" })
    }
}
