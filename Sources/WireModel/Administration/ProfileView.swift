/// A size with a name, to ask for by it; also the body of `PUT /v1/profiles/NAME`, where the name is the path's.
package struct ProfileView: Codable, Equatable, Sendable {
    package var name: String?
    /// As on the command line: `1`, `a100:2`, `24GB..`.
    package var gpus: String
    /// As on the command line; absent: the GPUs' share.
    package var cpus: String?
    package var memory: String?
    /// As on the command line: `4h`; absent: the policy's default.
    package var time: String?
    /// Who may use it: people of these roles (`member`, `operator`, `administrator`) and of these teams; both absent: everybody.
    package var roles: [String]?
    package var teams: [String]?
    /// A sentence for those who choose.
    package var note: String?
    /// True: no node that is known could ever give it. Only in answers.
    package var neverFits: Bool?

    package init(
        name: String? = nil, gpus: String, cpus: String? = nil, memory: String? = nil, time: String? = nil,
        roles: [String]? = nil, teams: [String]? = nil, note: String? = nil
    ) {
        self.name = name
        self.gpus = gpus
        self.cpus = cpus
        self.memory = memory
        self.time = time
        self.roles = roles
        self.teams = teams
        self.note = note
    }
}

/// The answer to `GET /v1/profiles`: those that the caller may use; all, for administrators.
package struct ProfileList: Codable, Equatable, Sendable {
    package var profiles: [ProfileView]
    package init(profiles: [ProfileView]) { self.profiles = profiles }
}
