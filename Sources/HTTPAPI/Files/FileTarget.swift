import FileActs
import FleetModel
import LeaseLedger
import WireModel

/// What a path of the API means: a place of the caller's, and a path in it.
struct FileTarget: Sendable {
    let place: FilePlace
    let path: FilePath

    static let own = "my"
    static let teams = "teams"

    /// - Parameter text: as it stands in the address, `my/results`.
    init(_ text: some StringProtocol, of caller: Caller, in state: LedgerState) throws(Problem) {
        let whole: FilePath
        do throws(FileFault) { whole = try FilePath(escaped: text) } catch { throw Problem(error, at: String(text).shown) }
        let names = whole.names, first = names.first.map { String(decoding: $0, as: UTF8.self) }
        let rest: Int
        switch first {
        case Self.own: (place, rest) = (.own, 1)
        case Self.teams:
            guard names.count > 1 else { throw .noPlace }
            let team = TeamName(String(decoding: names[1], as: UTF8.self))
            // Whoever is in no such team is told nothing of it.
            let own = state.team(of: caller.requester.user)
            guard team != .everyone, own == team else { throw .notYourTeam(team, own: own) }
            (place, rest) = (.team(team), 2)
        default: throw .noPlace
        }
        do throws(FileFault) { path = try FilePath(Array(names.dropFirst(rest))) } catch {
            throw Problem(error, at: String(text).shown)
        }
    }

    private init(place: FilePlace, path: FilePath) {
        self.place = place
        self.path = path
    }

    func appending(_ name: [UInt8]) throws(FileFault) -> FileTarget {
        FileTarget(place: place, path: try path.appending(name))
    }

    /// The folder that it is in; of a place, itself.
    var parent: FileTarget { FileTarget(place: place, path: path.parent) }

    /// The place's part of the path.
    static func text(_ place: FilePlace) -> String {
        switch place {
        case .own: own
        case .team(let name): "\(teams)/\(FilePath.escaped(name.name.utf8))"
        }
    }

    /// As it stands in an address.
    var text: String { path.isTop ? Self.text(place) : "\(Self.text(place))/\(path.escaped)" }

    /// What it is called: a place by its own name.
    var name: String {
        if let last = path.last { return String(decoding: last, as: UTF8.self) }
        switch place {
        case .own: return Self.own
        case .team(let name): return name.name
        }
    }

    /// For people.
    var shown: String {
        let place =
            switch place {
            case .own: Self.own
            case .team(let name): "\(Self.teams)/\(name.name)"
            }
        return ([place] + path.names.map { String(decoding: $0, as: UTF8.self) }).joined(separator: "/").shown
    }
}

extension Problem {
    fileprivate static let noPlace = Problem(
        "no-such-place", title: "No such place", status: 404,
        detail:
            "Paths begin with `my`, your own files, or with `teams/` and the name of your team; `carrel files` lists them.",
        exitCode: 1)

    /// The same of a team that there is and of one that there is not.
    fileprivate static func notYourTeam(_ team: TeamName, own: TeamName) -> Problem {
        let name = team.name.shown
        let yours = own == .everyone ? "you are in none" : "yours are in \(FileTarget.text(.team(own)))/"
        return Problem(
            "no-such-place", title: "No such place", status: 404,
            detail:
                "You are in no team \(name), and only its members reach teams/\(name); \(yours). An administrator adds people to a team: "
                + "carrel team set NAME --add USER", exitCode: 1)
    }
}
