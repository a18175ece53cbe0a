import EngineInterface
import FleetModel
import Foundation
import Glibc

/// Finds out whose files somebody means and where they lie: from the machine's list of users, which may never answer, and from
/// homes, which may lie on a file server.
enum FilesScout {
    struct Found: Codable {
        let identity: WorkIdentity
        let folder: String
        let isTeam: Bool
    }

    enum Answer: Codable {
        case found(Found)
        case fault(PlaceFault)
    }

    /// In a child of the launcher.
    static func look(_ order: FilesOrder, _ folders: KeptFolders, _ service: ServiceIdentity, output: Int32) {
        let answer: Answer
        do throws(PlaceFault) {
            let identity: WorkIdentity
            do throws(LaunchFailure) {
                identity = try WorkIdentity.find(
                    uid: order.uid, user: order.user, folders.configuration, service: service)
            } catch { throw .noUnixUser(order.user) }
            switch order.place {
            case .own:
                let own = try folders.own(of: identity, user: order.user, uid: order.uid)
                answer = .found(Found(identity: identity, folder: own.path, isTeam: false))
            case .team(let name):
                let team = try folders.team(name)
                answer = .found(Found(identity: identity.joining(team.group), folder: team.path, isTeam: true))
            }
        } catch { answer = .fault(error) }
        guard let line = try? JSONEncoder().encode(answer) else { return }
        let bytes = [UInt8](line)
        _ = bytes.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
    }

    /// In the launcher.
    static func judge(_ outcome: Lookout.Outcome, _ order: FilesOrder) throws(PlaceFault) -> Found {
        guard case .text(let text) = outcome else {
            throw .away(
                detail: "the machine's list of users, or the file system of \(order.user.name)'s home, did not answer")
        }
        switch try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)) {
        case .found(let found): return found
        case .fault(let fault): throw fault
        case nil: throw .away(detail: "looking \(order.user.name) up in the machine's list of users came to nothing")
        }
    }
}

extension WorkIdentity {
    /// The same user, in one more group.
    func joining(_ group: UInt32?) -> WorkIdentity {
        guard let group, mustDrop, !groups.contains(group) else { return self }
        return WorkIdentity(
            uid: uid, gid: gid, groups: groups + [group], mustDrop: mustDrop, isAllocated: isAllocated, name: name,
            home: home,
            shell: shell)
    }

    /// The same user with a home that the machine's list of users doesn't know of.
    func living(in home: String) -> WorkIdentity {
        WorkIdentity(
            uid: uid, gid: gid, groups: groups, mustDrop: mustDrop, isAllocated: isAllocated, name: name, home: home,
            shell: shell)
    }
}
