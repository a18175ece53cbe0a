/// A size with a name, which an administrator made for people to choose: it fills what a request leaves open.
package struct ResourceProfile: Hashable, Codable, Sendable {
    package let name: String
    package let devices: DeviceSelector
    package let cores: MilliCores?
    package let memory: MemoryBytes?
    package let duration: TimeSpan?
    /// Whose accounts may use it; both empty: everybody.
    package let roles: [AccountRole]
    /// In order.
    package let teams: [TeamName]
    /// A sentence for those who choose; empty: none.
    package let note: String

    package init(
        name: String, devices: DeviceSelector, cores: MilliCores? = nil, memory: MemoryBytes? = nil,
        duration: TimeSpan? = nil, roles: [AccountRole] = [], teams: [TeamName] = [], note: String = ""
    ) {
        (self.name, self.devices, self.cores, self.memory, self.duration) = (name, devices, cores, memory, duration)
        self.roles = AccountRole.allCases.filter(roles.contains)
        self.teams = teams.sorted()
        self.note = note
    }

    /// The most profiles that are kept.
    package static let mostProfiles = 200
    /// In UTF-8 bytes.
    package static let longestNote = 200

    /// Whether somebody of a role and a team may use it: one that names roles or teams is for those of any of them.
    package func isFor(_ role: AccountRole, in team: TeamName) -> Bool {
        roles.isEmpty && teams.isEmpty || roles.contains(role) || teams.contains(team)
    }

    /// Its name is 1 to 32 small letters, digits and hyphens, so that it can be typed; its numbers are within their range.
    package var makesSense: Bool {
        let plain = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        return plain && (1...32).contains(name.utf8.count) && name.utf8.first != 45
            && (0...DeviceSelector.largestCount).contains(devices.count) && cores ?? .cores(1) > .zero
            && memory ?? MemoryBytes(1) > .zero && duration.map { $0 > .zero && $0 <= .days(365 * 100) } ?? true
            && note.utf8.count <= Self.longestNote && teams.count <= 1_000
    }
}
