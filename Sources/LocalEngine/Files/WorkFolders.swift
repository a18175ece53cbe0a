import CLinux
import EngineInterface
import FleetModel
import Glibc

/// The folders in the data directory that work sees, and whom it runs as with them.
struct WorkFolders: Hashable, Codable {
    let identity: WorkIdentity
    /// Kept for its user, who has no home else; nil: they have one, or nothing that stays.
    let own: String?
    /// Its team's; nil: its user is in none.
    let team: String?

    var all: [String] { [own, team].compactMap { $0 } }

    /// Opens a folder with the rights of the work's user, so that nobody gets into one through us that is closed to them; the negated
    /// errno where that can't be. The way to teams' folders is closed to everybody: in one that the work sees, it is asked from there.
    func open(_ path: String) -> Int32 {
        guard identity.mustDrop else { return linux_open_directory(path) }
        let found = open(path, from: -1)
        guard found == -EACCES, let real = Files.realPath(path), let kept = all.first(where: real.isWithin) else {
            return found
        }
        let base = linux_open_directory(kept)
        guard base >= 0 else { return found }
        defer { close(base) }
        let rest = real.dropFirst(kept.count + 1)
        return open(rest.isEmpty ? "." : String(rest), from: base)
    }

    private func open(_ path: String, from base: Int32) -> Int32 {
        linux_open_directory_as(base, path, identity.uid, identity.gid, identity.groups, identity.groups.count)
    }

    /// Makes those that are not there yet. Work of nobody's sees none.
    static func find(
        for order: LaunchOrder, _ identity: WorkIdentity, _ folders: KeptFolders
    ) throws(LaunchFailure) -> WorkFolders {
        guard !identity.isAllocated else { return WorkFolders(identity: identity, own: nil, team: nil) }
        do throws(PlaceFault) {
            let own = try own(order, identity, folders)
            let team = try team(order, folders)
            var found = identity.joining(team?.group)
            if let own { found = found.living(in: own) }
            return WorkFolders(identity: found, own: own, team: team?.path)
        } catch {
            if case .full = error { throw .storageFull(detail: error.text) }
            throw .sandbox(detail: error.text)
        }
    }

    private static func own(
        _ order: LaunchOrder, _ identity: WorkIdentity, _ folders: KeptFolders
    ) throws(PlaceFault) -> String? {
        do throws(PlaceFault) { return try folders.kept(for: identity, user: order.user, uid: order.work.uid) } catch {
            if error.leavesWorkWithout { return nil }
            throw error
        }
    }

    private static func team(_ order: LaunchOrder, _ folders: KeptFolders) throws(PlaceFault) -> KeptFolders.Team? {
        guard let name = order.team else { return nil }
        do throws(PlaceFault) { return try folders.team(name) } catch {
            if error.leavesWorkWithout { return nil }
            throw error
        }
    }
}

extension PlaceFault {
    /// Work runs without the folder, since most needs none; whoever asks for its files is told why.
    fileprivate var leavesWorkWithout: Bool {
        switch self {
        case .unusableName, .foreign, .nobodys, .noUnixUser, .homeMissing: true
        case .crowded, .away, .full: false
        }
    }
}
