import CheckoutService
import FleetModel
import Hummingbird
import LeaseLedger
import WireModel

/// `/v1/profiles`: sizes with names.
struct ProfileRoutes {
    let service: CheckoutService

    func add(to group: RouterGroup<CarrelContext>) {
        group.get("profiles", use: list)
        group.put("profiles/:name", use: set)
        group.delete("profiles/:name", use: remove)
    }

    private func list(_ request: Request, _ context: CarrelContext) async throws -> Response {
        try answer(for: try context.signedIn())
    }

    /// The version of all of them, where they all are in the answer.
    private func answer(for caller: Caller) throws -> Response {
        let list = Response.json(profiles(for: caller))
        return caller.requester.isAdministrator ? list.with(try VersionTag(of: service.state.policy.profiles)) : list
    }

    private func profiles(for caller: Caller) -> ProfileList {
        ProfileList(profiles: service.state.profileViews(for: caller))
    }

    private func set(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let profile = try await request.body(as: ProfileView.self).value.profile(named: context.pathPart("name"))
        try await desk.change(by: caller) { policy throws(Problem) in
            try request.checkVersion(of: policy.profiles)
            // One that names a team that is gone can be changed otherwise.
            let before = policy.profiles.first { $0.name == profile.name }?.teams ?? []
            for team in profile.teams where !before.contains(team) { try service.state.checkTeam(team, orEveryone: true) }
            policy.set(profile)
        }
        return try answer(for: caller)
    }

    private func remove(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let name = context.pathPart("name")
        // Whoever may not change profiles is told that before, and not which there are.
        try await desk.change(by: caller) { policy throws(Problem) in
            guard policy.profiles.contains(where: { $0.name == name }) else { throw .noProfile(name) }
            try request.checkVersion(of: policy.profiles)
            policy.profiles.removeAll { $0.name == name }
        }
        return try answer(for: caller)
    }

    private var desk: PolicyDesk { PolicyDesk(service: service) }
}

extension Problem {
    static func noProfile(_ name: String) -> Problem {
        .notFound("There is no profile \(name.shown). `carrel profile` lists them.")
    }
}

extension SchedulingPolicy {
    /// Takes a profile in, in the place of one of its name.
    mutating func set(_ profile: ResourceProfile) {
        profiles.removeAll { $0.name == profile.name }
        profiles.append(profile)
        profiles.sort { $0.name < $1.name }
    }
}

extension LedgerState {
    /// The profiles that somebody may use; administrators may use all.
    func profiles(for caller: Caller) -> [ResourceProfile] {
        let team = team(of: caller.requester.user)
        return policy.profiles.filter { caller.requester.isAdministrator || $0.isFor(caller.role, in: team) }
    }

    func profileViews(for caller: Caller) -> [ProfileView] {
        profiles(for: caller).map { profile in
            var view = ProfileView(profile)
            if !mayEverHold(profile.resources) { view.neverFits = true }
            return view
        }
    }

    /// The one of a name. Of one that is for others nothing is told.
    func profile(_ name: String, for caller: Caller) throws(Problem) -> ResourceProfile {
        if let found = profiles(for: caller).first(where: { $0.name == name }) { return found }
        throw Problem(
            "unknown-profile", title: "No such profile", status: 422,
            detail:
                "There is no profile “\(name.shown)” for you; nothing was asked for. `carrel profile` lists those that there are.",
            exitCode: ExitCode.usage)
    }
}

extension ResourceProfile {
    fileprivate var resources: ResourceRequest {
        ResourceRequest(devices: devices, cores: cores, memory: memory, duration: duration)
    }
}

extension ProfileView {
    init(_ profile: ResourceProfile) {
        self.init(
            name: profile.name, gpus: profile.devices.typed, cpus: profile.cores?.text, memory: profile.memory?.typed,
            time: profile.duration?.typed, roles: profile.roles.isEmpty ? nil : profile.roles.map(\.rawValue),
            teams: profile.teams.isEmpty ? nil : profile.teams.map(\.name), note: profile.note.isEmpty ? nil : profile.note)
    }

    func profile(named name: String) throws(Problem) -> ResourceProfile {
        guard self.name ?? name == name else { throw .badInput("The name in the body is another one than in the address.") }
        var roles: [AccountRole] = []
        for word in self.roles ?? [] {
            guard let role = AccountRole(rawValue: word) else {
                throw .badInput("“\(word.shown)” is no role; use member, operator or administrator.")
            }
            roles.append(role)
        }
        return ResourceProfile(
            name: name, devices: try Typed.devices(gpus), cores: try cpus.map(Typed.cores),
            memory: try memory.map(Typed.memory),
            duration: try time.map { text throws(Problem) in try Typed.span(text, "time") }, roles: roles,
            teams: (teams ?? []).map { TeamName($0) }, note: note ?? "")
    }
}
