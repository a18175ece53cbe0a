import EngineInterface
import FleetModel
import Glibc

/// Whom the work runs as.
struct WorkIdentity: Hashable, Codable {
    let uid: UInt32
    let gid: UInt32
    let groups: [UInt32]
    /// The sandbox starts as root and carrel-init must become this user.
    let mustDrop: Bool
    /// Made up for work that may not be root: it has no home.
    let isAllocated: Bool
    let name: String?
    let home: String?
    let shell: String?

    /// Whoever changes a shared environment, or copies a data set, runs as the user that belongs to nobody, so that nobody has
    /// it outside.
    static func find(
        for order: LaunchOrder, _ configuration: LauncherConfiguration, service: ServiceIdentity
    ) throws(LaunchFailure) -> WorkIdentity {
        if order.work.servesAll, geteuid() == 0 { return allocated(configuration.allocatedUID + 1) }
        return try find(uid: order.work.uid, user: order.user, configuration, service: service)
    }

    /// Under root: the client's own Unix user, or the account's namesake, never root unless configured; else the
    /// launcher's user.
    static func find(
        uid asked: UInt32?, user: UserName, _ configuration: LauncherConfiguration, service: ServiceIdentity
    ) throws(LaunchFailure) -> WorkIdentity {
        guard geteuid() == 0 else { return launcherUser }
        let account: UnixAccount?
        let uid: UInt32
        if let asked {
            account = UnixAccount.numbered(asked)
            uid = asked
        } else {
            guard let named = UnixAccount.named(user.name) else { throw .accountUnknown(user: user.name) }
            account = named
            uid = named.uid
        }
        // The kernel takes it for "no change".
        if uid == UInt32.max { throw .accountUnknown(user: "uid \(UInt32.max)") }
        if uid == 0 { return configuration.allowRootWork ? root : allocated(configuration.allocatedUID + 1) }
        // The service's own user could read the server's memory and files.
        guard uid != service.uid else { throw .accountUnknown(user: user.name) }
        if account == nil { try NumberOwner.check(uid) }
        return WorkIdentity(
            uid: uid, gid: account?.gid ?? uid, groups: account?.groups ?? [], mustDrop: true, isAllocated: false,
            name: account?.name, home: account?.home, shell: account?.shell)
    }

    private static var launcherUser: WorkIdentity {
        let account = UnixAccount.numbered(geteuid())
        return WorkIdentity(
            uid: geteuid(), gid: getegid(), groups: [], mustDrop: false, isAllocated: false, name: account?.name,
            home: account?.home, shell: account?.shell)
    }

    private static var root: WorkIdentity {
        WorkIdentity(
            uid: 0, gid: 0, groups: [], mustDrop: false, isAllocated: false, name: "root", home: "/root",
            shell: "/bin/sh")
    }

    static func allocated(_ number: UInt32) -> WorkIdentity {
        WorkIdentity(
            uid: number, gid: number, groups: [], mustDrop: true, isAllocated: true, name: nil, home: "/tmp",
            shell: "/bin/sh")
    }
}

extension WorkOrder {
    /// Carrel's own work, on what is everybody's.
    fileprivate var servesAll: Bool {
        if case .changesShared = software { return true }
        return copying != nil
    }
}
