import CheckoutService
import FleetModel
import LeaseLedger

/// What goes by a team's name and stays when the team is removed: whoever makes a team of that name has it.
struct TeamTraces {
    let profiles: [String]
    let dataSets: [String]
    let folder: Folder

    enum Folder {
        case none
        case at(String)
        /// It could not be asked for.
        case unknown
    }

    static func find(
        of name: TeamName, in state: LedgerState, _ shelf: DataShelf?, _ files: (any FileOpener)?
    ) async -> TeamTraces {
        var folder = Folder.none
        if let files {
            do throws(PlaceFault) { folder = try await files.teamFolder(name).map(Folder.at) ?? .none } catch {
                folder = .unknown
            }
        }
        return TeamTraces(
            profiles: state.policy.profiles.filter { $0.teams.contains(name) }.map(\.name),
            dataSets: shelf?.dataSets.filter { $0.teams.contains(name) }.map(\.name) ?? [], folder: folder)
    }

    /// For whoever removes the team.
    var staying: [String] {
        var words: [String] = []
        switch folder {
        case .none: break
        case .at(let path):
            words.append(
                "Its folder stays, with all that is in it: \(path). A team that is made anew under this name has it; move or delete it where "
                    + "that shall not be.")
        case .unknown: words.append("If it has a folder, that stays, with all that is in it.")
        }
        for (kind, names) in [("profiles", profiles), ("data sets", dataSets)] where !names.isEmpty {
            words.append(
                "These \(kind) are for it, and for nobody of it any more: \(names.joined(separator: ", ")). They stay as they are, and are for a "
                    + "team that is made anew under this name.")
        }
        return words
    }

    /// For whoever makes a team of the name.
    var inherited: [String] {
        var words: [String] = []
        switch folder {
        case .none: break
        case .at(let path):
            words.append(
                "A team of this name was here before, and what it kept is this one's now: \(path). Move or delete what is in it where that "
                    + "shall not be.")
        case .unknown:
            words.append(
                "Whether a team of this name was here before and left a folder could not be asked: look with `carrel files list`, as a member."
            )
        }
        for (kind, names) in [("profiles", profiles), ("data sets", dataSets)] where !names.isEmpty {
            words.append("These \(kind) name it already, and are for it from now on: \(names.joined(separator: ", ")).")
        }
        return words
    }
}
