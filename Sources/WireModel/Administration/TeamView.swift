/// A team, its guarantee and what it holds now.
package struct TeamView: Codable, Equatable, Sendable {
    package var name: String
    package var guarantee: Int
    package var limit: Int?
    package var members: [String]
    package var holds: Int

    package init(name: String, guarantee: Int, limit: Int?, members: [String], holds: Int) {
        self.name = name
        self.guarantee = guarantee
        self.limit = limit
        self.members = members
        self.holds = holds
    }
}

package struct TeamList: Codable, Equatable, Sendable {
    package var teams: [TeamView]
    /// What was done and may not be what was meant, a sentence each; only in the answer to a change.
    package var warnings: [String]?

    package init(teams: [TeamView], warnings: [String]? = nil) {
        self.teams = teams
        self.warnings = warnings
    }
}

/// The body of `PATCH /v1/teams/NAME`; what is absent stays as it is.
package struct TeamBody: Codable, Equatable, Sendable {
    package var guarantee: Int?
    package var limit: Int?
    package var noLimit: Bool?
    package var adding: [String]?
    package var removing: [String]?

    package init(
        guarantee: Int? = nil, limit: Int? = nil, noLimit: Bool? = nil, adding: [String]? = nil, removing: [String]? = nil
    ) {
        self.guarantee = guarantee
        self.limit = limit
        self.noLimit = noLimit
        self.adding = adding
        self.removing = removing
    }
}
