import Glibc

/// Whom the server runs as.
struct ServiceIdentity: Hashable {
    /// A user of its own, not the launcher's: only under root.
    let isSeparate: Bool
    let uid: UInt32
    let gid: UInt32

    static func find(_ configuration: LauncherConfiguration) -> ServiceIdentity {
        guard geteuid() == 0 else { return ServiceIdentity(isSeparate: false, uid: geteuid(), gid: getegid()) }
        if let account = UnixAccount.named(configuration.serviceUser), account.uid != 0 {
            return ServiceIdentity(isSeparate: true, uid: account.uid, gid: account.gid)
        }
        let number = configuration.allocatedUID
        return ServiceIdentity(isSeparate: true, uid: number, gid: number)
    }
}

/// An entry of the system's list of users.
struct UnixAccount: Hashable {
    let name: String
    let uid: UInt32
    let gid: UInt32
    let home: String
    let shell: String
    let groups: [UInt32]

    static func named(_ name: String) -> UnixAccount? {
        read { entry, buffer, size, result in getpwnam_r(name, entry, buffer, size, result) }
    }

    static func numbered(_ uid: UInt32) -> UnixAccount? {
        read { entry, buffer, size, result in getpwuid_r(uid, entry, buffer, size, result) }
    }

    private typealias Lookup = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func read(_ lookup: Lookup) -> UnixAccount? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard lookup(&entry, &buffer, buffer.count, &found) == 0, let found else { return nil }
        func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        let name = text(found.pointee.pw_name)
        var groups = [gid_t](repeating: 0, count: 1_024)
        var count = Int32(groups.count)
        // A user of more groups than that keeps the first ones.
        if getgrouplist(name, found.pointee.pw_gid, &groups, &count) < 0 { count = Int32(groups.count) }
        return UnixAccount(
            name: name, uid: found.pointee.pw_uid, gid: found.pointee.pw_gid, home: text(found.pointee.pw_dir),
            shell: text(found.pointee.pw_shell), groups: Array(groups.prefix(Int(count))))
    }
}
