import CLinux
import FleetModel
import Glibc

/// Processes that do things to people's files: each runs as its person, without capabilities, and ends with its socket.
extension LauncherLoop {
    static let mostFileHelpers = 48
    /// Of one person, so that nobody keeps all others waiting.
    static let mostFileHelpersEach = 6

    func startFiles(_ order: FilesOrder, replyTo id: UInt64) {
        guard configuration.helpers.arguments[.files] != nil else {
            return reply(id, .noPlace(.away(detail: "this launcher opens no files")))
        }
        let mine = helpers.values.count { $0.user == order.user } + pendingFiles.count { $0 == order.user }
        guard mine < Self.mostFileHelpersEach else { return reply(id, .noPlace(.crowded(most: Self.mostFileHelpersEach))) }
        let all = helpers.values.count { $0.kind == .files } + pendingFiles.count
        guard all < Self.mostFileHelpers else { return reply(id, .noPlace(.crowded(most: Self.mostFileHelpers))) }
        let folders = KeptFolders(data: data.place, configuration: configuration), service = service
        do {
            try lookOut { output in
                FilesScout.look(order, folders, service, output: output)
            } finished: { [weak self] outcome, _ in
                guard let self else { return }
                if let place = pendingFiles.firstIndex(of: order.user) { pendingFiles.remove(at: place) }
                do throws(PlaceFault) {
                    try start(order, try FilesScout.judge(outcome, order), replyTo: id)
                } catch { reply(id, .noPlace(error)) }
            }
            pendingFiles.append(order.user)
        } catch {
            reply(id, .noPlace(.away(detail: error.text)))
        }
    }

    private func start(_ order: FilesOrder, _ found: FilesScout.Found, replyTo id: UInt64) throws(PlaceFault) {
        let identity = found.identity
        // Whom it shall become, which it does itself.
        let words =
            (configuration.helpers.arguments[.files] ?? [])
            + [found.folder, found.isTeam ? "team" : "own", identity.mustDrop ? "\(identity.uid)" : "-"]
        do throws(SystemFailure) {
            let (ours, theirs) = try Descriptor.socketPair()
            let pid = withExtendedLifetime(theirs) {
                withCStrings(words) { words in
                    // Its user may look at what it is given.
                    withCStrings(["PATH=/usr/bin:/bin", "LANG=C.UTF-8"]) { variables in
                        linux_spawn_helper_for(
                            helperProgram, words, variables, theirs.number,
                            linux_identity(applies: identity.mustDrop, uid: identity.uid, gid: identity.gid),
                            identity.groups, identity.groups.count)
                    }
                }
            }
            let helper = Helper(
                pid: try checked(pid, "start a process for files"), kind: .files, number: order.number,
                deadline: HelperKind.files.longestLife.map { now + $0 })
            helper.user = order.user
            helpers[helper.pid] = helper
            reply(id, .files(folder: found.folder, isShared: !identity.mustDrop), descriptors: [ours])
        } catch {
            throw .away(detail: error.text)
        }
    }
}
