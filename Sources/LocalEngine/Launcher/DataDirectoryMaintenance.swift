package import FleetModel
import Glibc

/// Work on a data directory while no Carrel runs on it.
package struct DataDirectoryMaintenance {
    private let held: HeldDataDirectory
    private let service: ServiceIdentity

    /// Takes the lock that `up` takes. Throws when a Carrel runs there, or the folder can't be used.
    package init(_ configuration: LauncherConfiguration) throws(LauncherError) {
        service = ServiceIdentity.find(configuration)
        held = try HeldDataDirectory.hold(configuration.dataDirectory, service: service)
    }

    package var directory: DataDirectory { held.place }

    /// The attempts that have a folder here, in the list or forgotten, in no order.
    package var launched: [AttemptKey] {
        [directory.attemptsFolder, directory.logsFolder].flatMap { top in
            Files.names(in: top).flatMap { name -> [AttemptKey] in
                guard let lease = Int64(name), lease > 0, lease < .max else { return [] }
                // Folders that somebody else made must not use the numbers up.
                let numbers = Files.names(in: "\(top)/\(name)").compactMap { Int($0) }.filter {
                    (1...1_000_000_000).contains($0)
                }
                return numbers.map { AttemptKey(lease: LeaseID(lease), number: $0) }
            }
        }
    }

    /// From here on this process is the user that the server runs as, so that every file it makes is that user's, and
    /// nothing in that user's folder can lead it astray. There is no way back.
    package func becomeServerUser() throws(LauncherError) {
        guard service.isSeparate else { return }
        guard setgroups(0, nil) == 0, setgid(service.gid) == 0, setuid(service.uid) == 0 else {
            throw .system(detail: SystemFailure("become the server's user").text)
        }
    }
}
