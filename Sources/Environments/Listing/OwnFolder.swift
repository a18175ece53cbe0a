import FleetModel
import Glibc

/// Where a user's own environments lie.
package enum OwnFolder {
    /// Below the home that the user's account names, and for who has no account below what `HOME` says: whoever asks from another
    /// machine has another home there. nil: there is no home that stays.
    package static func path(variables: [String: String]) -> String? {
        guard let home = accountHome ?? variables["HOME"], home.hasPrefix("/"), home != "/",
            !["/tmp", "/dev/shm"].contains(where: { home == $0 || home.hasPrefix($0 + "/") })
        else { return nil }
        return "\(home)/\(EnvironmentPlace.ownFolder)"
    }

    private static var accountHome: String? {
        guard let entry = getpwuid(geteuid()), let path = entry.pointee.pw_dir else { return nil }
        return String(cString: path)
    }
}
