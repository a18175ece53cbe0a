import FileActs
import FleetModel
import HTTPAPI
import LocalEngine

/// People's files on this machine: the launcher starts whoever does things to them, as them.
struct PeoplesFiles: FileOpener {
    let engine: LocalEngine

    func open(_ place: FilePlace, of user: UserName, uid: UInt32?) async throws(PlaceFault) -> OpenedFiles {
        let started = try await engine.openFiles(place, of: user, uid: uid)
        return OpenedFiles(talk: FileTalk(started.socket), folder: started.folder, isShared: started.isShared)
    }

    func teamFolder(_ team: TeamName) async throws(PlaceFault) -> String? { try await engine.teamFolder(team) }
}
