import FleetModel
import Glibc

/// One who changes an environment at a time. The kernel lets go of it however its holder ends.
struct EnvironmentLock: ~Copyable {
    private let descriptor: Int32

    /// Makes the environment's folder where it is missing.
    init(_ folder: String, name: String) throws(EnvironmentTrouble) {
        // What was removed while it was waited for is made anew.
        for _ in 0..<10 {
            if mkdir(folder, 0o755) != 0, errno != EEXIST { throw .system(doing: "make \(folder)", code: errno) }
            var found = stat()
            guard lstat(folder, &found) == 0, found.st_mode & S_IFMT == S_IFDIR, found.st_uid == geteuid() else {
                throw .notOurs(folder: folder)
            }
            let path = "\(folder)/\(EnvironmentPlace.lock)"
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor < 0 {
                if errno == ENOENT { continue }
                throw .system(doing: "open \(path)", code: errno)
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw .busy(name: name)
            }
            var held = stat(), there = stat()
            if fstat(descriptor, &held) == 0, lstat(path, &there) == 0, held.st_ino == there.st_ino,
                held.st_dev == there.st_dev
            {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
        throw .busy(name: name)
    }

    deinit { close(descriptor) }
}
