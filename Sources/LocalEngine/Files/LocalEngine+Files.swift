import CLinux
import EngineInterface
package import FleetModel
import Glibc

extension LocalEngine {
    /// Has the launcher start a process that does things to somebody's files, as them.
    /// - Parameter uid: the account's Unix user; nil: the one of the same name.
    package func openFiles(
        _ place: FilePlace, of user: UserName, uid: UInt32?
    ) async throws(PlaceFault) -> StartedFiles {
        let (number, _) = helpers.open()
        let reply: Reply
        do throws(EngineError) {
            reply = try await ask(.startFiles(FilesOrder(number: number, user: user, uid: uid, place: place)))
        } catch {
            helpers.forget(number)
            throw .away(detail: "the launcher did not answer")
        }
        switch reply.answer {
        case .noPlace(let fault):
            helpers.forget(number)
            throw fault
        case .files(let folder, let isShared):
            // Another descriptor of the same socket, since this one is closed with the reply.
            let socket = reply.descriptors.first.map { fcntl($0.number, F_DUPFD_CLOEXEC, 0) } ?? -1
            guard socket >= 0 else { throw .away(detail: "the server has no room for another open file") }
            return StartedFiles(socket: socket, folder: folder, isShared: isShared)
        default: throw .away(detail: "the launcher's answer does not fit the question")
        }
    }

    /// The folder of a team of this name, be it one that was removed; nil: there is none.
    package func teamFolder(_ team: TeamName) async throws(PlaceFault) -> String? {
        guard case .folder(let path)? = try? await ask(.teamFolder(team)).answer else {
            throw .away(detail: "the launcher did not answer")
        }
        return path
    }
}
