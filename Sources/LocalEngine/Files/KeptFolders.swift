import CLinux
import EngineInterface
import FleetModel
import Glibc

/// The folders that Carrel keeps for people and for teams, in its data directory. Only children of the launcher come here, since
/// looking at a home may take as long as its file server likes.
struct KeptFolders {
    let data: DataDirectory
    let configuration: LauncherConfiguration

    /// A folder of somebody's.
    struct Own: Hashable, Codable {
        let path: String
        /// In the data directory, of which their work sees this.
        let isKept: Bool
    }

    /// A team's folder.
    struct Team: Hashable, Codable {
        let path: String
        /// The group whose it is; nil: all work here shares one user.
        let group: UInt32?
    }

    /// The home of the user that somebody's work runs as; for a user without one, and where everybody's work runs as one user, a
    /// folder of their own.
    func own(of identity: WorkIdentity, user: UserName, uid: UInt32?) throws(PlaceFault) -> Own {
        guard !identity.isAllocated else { throw .nobodys }
        if let kept = try kept(for: identity, user: user, uid: uid) { return Own(path: kept, isKept: true) }
        guard let home = identity.home, home.hasPrefix("/"), home != "/", Self.mayEnter(home, identity) else {
            throw .homeMissing(path: identity.home ?? "")
        }
        return Own(path: home, isKept: false)
    }

    /// The folder that is kept for somebody; nil: they have a home, which is not looked at.
    func kept(for identity: WorkIdentity, user: UserName, uid: UInt32?) throws(PlaceFault) -> String? {
        let isLaunchers = uid == identity.uid || user.name == identity.name
        if identity.home != nil, identity.mustDrop || identity.uid == 0 || isLaunchers { return nil }
        return try person(user, identity)
    }

    private static func mayEnter(_ path: String, _ identity: WorkIdentity) -> Bool {
        let number =
            identity.mustDrop
            ? linux_open_directory_as(-1, path, identity.uid, identity.gid, identity.groups, identity.groups.count)
            : linux_open_directory(path)
        if number >= 0 { close(number) }
        return number >= 0
    }

    /// `people/NAME`, for nobody but them.
    private func person(_ user: UserName, _ identity: WorkIdentity) throws(PlaceFault) -> String {
        guard Self.isName(user.name) else { throw .unusableName(user.name) }
        let path = "\(data.peopleFolder)/\(user.name)"
        return try making(path, in: data.peopleFolder, parentMode: 0o711) { draft throws(SystemFailure) in
            try Files.makeFolder(draft, mode: 0o700)
            guard !identity.mustDrop || lchown(draft, identity.uid, identity.gid) == 0 else {
                throw SystemFailure("give \(draft) to its user")
            }
        } isRight: { found in
            found.st_uid == identity.uid
        }
    }

    /// `teams/TEAM`, for all who have its group. What is made in it belongs to that group, whatever programs mask.
    func team(_ name: TeamName) throws(PlaceFault) -> Team {
        guard Self.isName(name.name) else { throw .unusableName(name.name) }
        let path = "\(data.teamsFolder)/\(name.name)", hasGroup = geteuid() == 0
        let first = configuration.firstTeamGroup
        // Closed to all others: work sees its team's folder by a mount and `carrel files` opens it before it becomes its user. A group
        // that a program has kept opens nothing from outside.
        _ = try making(path, in: data.teamsFolder, parentMode: 0o700) { draft throws(SystemFailure) in
            try Files.makeFolder(draft, mode: 0o700)
            if hasGroup, lchown(draft, 0, try nextGroup()) != 0 { throw SystemFailure("give \(draft) to its group") }
            // After the owner, whose change takes the bit away.
            guard chmod(draft, 0o2770) == 0 else { throw SystemFailure("set the rights of \(draft)") }
            let folder = try Descriptor.open(draft, O_RDONLY | O_DIRECTORY)
            // Where the file system has no such lists, the rights are what each program gives.
            _ = linux_share_with_group(folder.number)
        } isRight: { found in
            found.st_uid == geteuid() && (!hasGroup || found.st_gid >= first)
        }
        let group = hasGroup ? Files.ownStatus(path)?.st_gid : nil
        return Team(path: path, group: group)
    }

    /// A folder that nobody else could have put there: what it lies in is the launcher's. It gets its name when it is as it
    /// should be.
    private func making(
        _ path: String, in parent: String, parentMode: mode_t, _ make: (_ draft: String) throws(SystemFailure) -> Void,
        isRight: (stat) -> Bool
    ) throws(PlaceFault) -> String {
        do throws(SystemFailure) {
            try Files.makeFolder(parent, mode: parentMode)
            guard chmod(parent, parentMode) == 0 else { throw SystemFailure("set the rights of \(parent)") }
            if Files.ownStatus(path) == nil {
                let draft = "\(parent)/.new-\(getpid())"
                rmdir(draft)
                try make(draft)
                let moved = linux_move_new(draft, path)
                if moved != 0 { rmdir(draft) }
                // Another child may have been faster.
                guard moved == 0 || moved == -EEXIST else { throw SystemFailure("make \(path)", -moved) }
            }
        } catch {
            throw error.isStorageFull ? .full(path: parent) : .away(detail: error.text)
        }
        guard let found = Files.ownStatus(path) else { throw .away(detail: "\(path) is gone again") }
        guard found.st_mode & S_IFMT == S_IFDIR, isRight(found) else { throw .foreign(path: path, owner: found.st_uid) }
        return path
    }

    /// A group's number that no team has or had.
    private func nextGroup() throws(SystemFailure) -> UInt32 {
        let path = "\(data.teamsFolder)/.groups"
        let file = try Descriptor.open(path, O_RDWR | O_CREAT)
        var tries = 0
        while linux_lock(file.number) != 0 {
            tries += 1
            guard tries < 500 else { throw SystemFailure("wait for \(path)", ETIMEDOUT) }
            usleep(10_000)
        }
        // All that were ever written down, and all that are there, should the list have been cut short.
        let written = (Files.text(path) ?? "").split(separator: "\n").compactMap { UInt32($0) }
        let there = Files.names(in: data.teamsFolder).compactMap { Files.ownStatus("\(data.teamsFolder)/\($0)")?.st_gid }
        let highest = (written + there).max() ?? 0
        var next = max(configuration.firstTeamGroup, highest < .max ? highest + 1 : 0)
        var isFree = false
        while !isFree {
            do throws(LaunchFailure) {
                try NumberOwner.check(next, lent: ["/etc/subgid"])
                isFree = true
            } catch .numberTaken {
                guard next < .max - 1 else { throw SystemFailure("find a free group for \(path)", ERANGE) }
                next += 1
            } catch .sandbox(let detail) {
                throw SystemFailure("make \(path): \(detail)", EAGAIN)
            } catch {
                throw SystemFailure("ask whose the group \(next) is", EAGAIN)
            }
        }
        // Behind a line that was cut short.
        if let text = Files.text(path), !text.isEmpty, !text.hasSuffix("\n") {
            try file.write("\n".utf8, doing: "write \(path)")
        }
        lseek(file.number, 0, SEEK_END)
        try file.write("\(next)\n".utf8, doing: "write \(path)")
        try file.sync(doing: "write \(path)")
        return next
    }

    /// The folder of a team of this name, be it one that was removed; nil: none was made.
    static func found(of name: TeamName, _ data: DataDirectory) -> String? {
        let path = "\(data.teamsFolder)/\(name.name)"
        return isName(name.name) && Files.ownStatus(path) != nil ? path : nil
    }

    /// Whether a name that somebody chose can be a folder's: nothing that a shell or a person would take for something else.
    static func isName(_ name: String) -> Bool { PlainName.isUsable(name, longest: 200) }
}

extension PlaceFault {
    /// For whoever started work that can't begin for it.
    var text: String {
        switch self {
        case .nobodys: "root's work has no folder of its own"
        case .noUnixUser(let user): "the account \(user.name) has no Unix user"
        case .homeMissing(let path): "the home \(path) is not there, or its user can't enter it"
        case .foreign(let path, let owner): "\(path) belongs to user \(owner), or is no folder"
        case .unusableName(let name): "“\(name)” can't be the name of a folder"
        case .crowded(let most): "\(most) are at work already"
        case .away(let detail): detail
        case .full(let path): "the disk with \(path) is full"
        }
    }
}
