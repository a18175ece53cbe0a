import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

/// Sizes with names.
extension AdministrationPages {
    func addProfiles(to router: Router<CarrelContext>) {
        router.get("admin/profiles", use: profiles)
        router.post("admin/profiles", use: makeProfile)
        router.get("admin/profiles/:name", use: profile)
        router.post("admin/profiles/:name", use: changeProfile)
        router.get("admin/profiles/:name/remove", use: askRemoveProfile)
        router.post("admin/profiles/:name/remove", use: removeProfile)
    }

    /// Operators see those that they may use.
    private func profiles(_ request: Request, _ context: CarrelContext) async throws -> Response {
        profilesPage(request, try context.operating(), ProfileForm(), nil)
    }

    private func profilesPage(_ request: Request, _ caller: Caller, _ form: ProfileForm, _ problem: Problem?) -> Response {
        let state = service.state, changed = request.typed("changed")
        return .page(
            ProfilesPage(
                viewer: Viewer(caller, request), profiles: state.profileViews(for: caller),
                teams: Set(state.teams.map(\.name.name)), form: form, problem: problem,
                changed: changed.isEmpty ? nil : changed
            ).html(), status: .init(code: problem?.status ?? 200))
    }

    private func makeProfile(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set profiles")
        var form = ProfileForm(try await request.form())
        context.audit.subject = form.name
        guard let profile = form.profile(named: form.name.trimmingBlanks, service.state) else {
            return profilesPage(request, caller, form, .mistyped)
        }
        do {
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                guard !policy.profiles.contains(where: { $0.name == profile.name }) else {
                    throw .badInput("There is a profile \(profile.name) already. Nothing was changed; open it to change it.")
                }
                policy.set(profile)
            }
            return .seeOther(Link("/admin/profiles").with("changed", profile.name))
        } catch {
            return profilesPage(request, caller, form, try Problem(thrown: error, by: request, context))
        }
    }

    private func known(_ context: CarrelContext) throws(Problem) -> ResourceProfile {
        let name = context.pathPart("name")
        guard let profile = service.state.policy.profiles.first(where: { $0.name == name }) else { throw .noProfile(name) }
        return profile
    }

    private func profile(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set profiles"), profile = try known(context)
        var form = ProfileForm(ProfileView(profile))
        form.version = try VersionTag(of: profile).text
        return profilePage(profile.name, form, request, caller, nil)
    }

    private func profilePage(
        _ name: String, _ form: ProfileForm, _ request: Request, _ caller: Caller, _ problem: Problem?
    ) -> Response {
        .page(
            ProfilePage(viewer: Viewer(caller, request), name: name, form: form, problem: problem).html(),
            status: .init(code: problem?.status ?? 200))
    }

    private func changeProfile(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set profiles"), old = try known(context)
        var form = ProfileForm(try await request.form())
        guard let profile = form.profile(named: old.name, service.state) else {
            return profilePage(old.name, form, request, caller, .mistyped)
        }
        do {
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                try policy.checkProfile(old.name, form.version)
                policy.set(profile)
            }
            return .seeOther(Link("/admin/profiles").with("changed", profile.name))
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            // What is sent again is about what is in force now.
            if let now = service.state.policy.profiles.first(where: { $0.name == old.name }) {
                form.version = try VersionTag(of: now).text
            }
            return profilePage(old.name, form, request, caller, problem)
        }
    }

    private func askRemoveProfile(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set profiles"), profile = try known(context)
        let view = ProfileView(profile)
        var content = ConfirmPage.Content(
            part: .profiles, question: "Remove the profile \(profile.name)?",
            consequences: [
                "\(view.audience == "everybody" ? "Nobody" : "None of those it is for (\(view.audience.shown))") can ask by it from then on.",
                "What was asked for by it stays as it is; scripts that name it fail, and say so.",
            ],
            action: .path("admin", "profiles", profile.name, "remove"), button: "Remove the profile",
            back: .path("admin", "profiles", profile.name))
        content.fields = [("version", try VersionTag(of: profile).text)]
        return confirm(content, request, caller)
    }

    private func removeProfile(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.administrating("set profiles"), name = try known(context).name
        let body = try await request.form()
        do {
            try await administration.desk.change(by: caller) { policy throws(Problem) in
                try policy.checkProfile(name, body["version"])
                policy.profiles.removeAll { $0.name == name }
            }
            return .seeOther(Link("/admin/profiles").with("changed", name))
        } catch {
            return profilesPage(request, caller, ProfileForm(), try Problem(thrown: error, by: request, context))
        }
    }
}

extension SchedulingPolicy {
    /// - Parameter version: of the profile that a form was made from; nil: whichever is in force.
    fileprivate func checkProfile(_ name: String, _ version: String?) throws(Problem) {
        guard let now = profiles.first(where: { $0.name == name }) else { throw .noProfile(name) }
        guard let version else { return }
        guard try VersionTag(of: now).text == version else { throw .changedMeanwhile("this profile") }
    }
}

extension ProfileForm {
    init(_ body: FormBody) {
        self.init()
        name = body["name"] ?? ""
        gpus = body["gpus"] ?? ""
        time = body["time"] ?? ""
        cpus = body["cpus"] ?? ""
        memory = body["memory"] ?? ""
        roles = Set(Self.roles.map(\.value.description).filter { body[$0] != nil })
        teams = body["teams"] ?? ""
        note = body["note"] ?? ""
        version = body["version"] ?? ""
    }

    /// What was typed; nil: not all of it can be taken, and `mistakes` says what.
    mutating func profile(named name: String, _ state: LedgerState) -> ResourceProfile? {
        var mistakes: [Field: String] = [:]
        func read<Value>(_ field: Field, _ text: String, _ take: (String) throws(Problem) -> Value) -> Value? {
            let text = text.trimmingBlanks
            guard !text.isEmpty else { return nil }
            do throws(Problem) { return try take(text) } catch {
                mistakes[field] = error.detail
                return nil
            }
        }
        let devices = read(.gpus, gpus, Typed.devices),
            span = read(.time, time) { text throws(Problem) in
                try Typed.span(text, "time")
            }
        if devices == nil, mistakes[.gpus] == nil { mistakes[.gpus] = "Say how many: 1, or 0 for none." }
        let cores = read(.cpus, cpus, Typed.cores), amount = read(.memory, memory, Typed.memory)
        let names = teams.split(separator: ",").map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
        // A team that is gone may still be named by what is there already, and not by a slip.
        let kept = Set(state.policy.profiles.first { $0.name == name }?.teams.map(\.name) ?? [])
        let unknown = names.filter { name in !kept.contains(name) && !state.teams.contains { $0.name.name == name } }
        if !unknown.isEmpty {
            mistakes[.teams] = "There is no team \(unknown.joined(separator: ", ").shown). Teams are made under Teams."
        }
        self.mistakes = mistakes
        let profile = ResourceProfile(
            name: name, devices: devices ?? DeviceSelector(count: 1), cores: cores, memory: amount, duration: span,
            roles: roles.compactMap { AccountRole(rawValue: $0) }, teams: names.map { TeamName($0) },
            note: note.trimmingBlanks)
        addMistakes(of: profile)
        return self.mistakes.isEmpty ? profile : nil
    }

    private mutating func addMistakes(of profile: ResourceProfile) {
        let plain = ResourceProfile(name: profile.name, devices: DeviceSelector(count: 1))
        if !plain.makesSense { mistakes[.name] = "1 to 32 small letters, digits and hyphens, and no hyphen first." }
        let isNoted = profile.note.isEmpty || LedgerState.isUsableName(profile.note, limit: ResourceProfile.longestNote)
        if !isNoted { mistakes[.note] = "One line of at most \(ResourceProfile.longestNote) bytes." }
        guard mistakes.isEmpty, !profile.makesSense else { return }
        mistakes[.gpus] = "One of these numbers is out of its range."
    }
}
