import FleetModel
import LeaseLedger
import WireModel

extension LedgerState {
    /// Throws where nobody made that team: a rule for a slip of the finger would hold for nobody, silently.
    /// - Parameter orEveryone: those who are in none are meant as well.
    func checkTeam(_ name: TeamName, orEveryone: Bool = false) throws(Problem) {
        guard team(named: name) == nil, !(orEveryone && name == .everyone) else { return }
        throw .badInput(noTeam(name, "Nothing was changed."))
    }

    /// What is said of a team that nobody made.
    func noTeam(_ name: TeamName, _ kept: String) -> String {
        "There is no team \(name.name.shown)\(Problem.likely(name.name, teams.map(\.name.name))) \(kept) "
            + "`carrel team` lists them."
    }

    /// Throws where a change would make a team of a name that can't be typed in a command or be a folder, or would put
    /// somebody into the team of those who are in none. Teams that are there keep their names.
    func check(_ body: TeamBody, of name: TeamName) throws(Problem) {
        if body.limit != nil, body.noLimit == true {
            throw .badInput("A limit and no limit can't both be set. Nothing was changed.")
        }
        if name == .everyone, !(body.adding ?? []).isEmpty {
            throw .badInput(
                "`everyone` has those who are in no other team, so that nobody is added to it. Nothing was changed. Take them "
                    + "out of their team instead: carrel team set TEAM --remove NAME")
        }
        guard team(named: name) == nil, !PlainName.isUsable(name.name, longest: 64) else { return }
        throw .badInput(
            "“\(name.name.shown)” is no name for a team: \(PlainName.rule), at most 64. Nothing was changed.")
    }
}

extension Problem {
    /// `; did you mean vision?`, or the end of the sentence where no word is near. Capitals count for nothing.
    static func likely(_ word: String, _ words: [String]) -> String {
        var originals: [String: String] = [:]
        for name in words.sorted() { originals[name.lowercased()] = name }
        let near = Likeness.nearest(to: word.lowercased(), in: originals.keys.sorted()).prefix(3)
        let names = near.compactMap { originals[$0]?.shown }
        return names.isEmpty ? "." : "; did you mean \(names.joined(separator: " or "))?"
    }
}
