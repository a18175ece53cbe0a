import CLinux
import EngineInterface
import FleetModel
import Foundation

/// The folder of one attempt: everything that is known of it, on disk. Format 1; frozen, so that a newer launcher
/// reads what an older one wrote.
struct AttemptFolder {
    static let format = 1

    let path: String

    enum File: String {
        case format, identity, lock, began, exit, out, err
        /// What was written on the work's terminal, in the place of `out`. The launcher's own: the work has no access to it.
        case tty
        /// Where the work may write how far it is.
        case progress
        case spec = "spec.json"
        case attach = "attach.sock"
        /// What bubblewrap and carrel-init wrote on their standard error: normally nothing.
        case sandboxLog = "sandbox.log"
        /// What bubblewrap says about its child; a hint.
        case sandboxStatus = "sandbox.status"
        /// Why the launcher found that the work can't begin.
        case failure = "failure.json"
        /// Device nodes that belong to this attempt alone.
        case devices
    }

    func file(_ file: File) -> String { "\(path)/\(file.rawValue)" }
    func open(_ file: File, _ flags: Int32) throws(SystemFailure) -> Descriptor {
        try Descriptor.open(self.file(file), flags)
    }

    /// Opens a file that belongs to the work, which may do with it what an owner may. It is never waited for: who holds a
    /// lease on it has the kernel answer that it would take a while (EAGAIN), and end the lease after some time.
    func openShared(_ file: File, _ flags: Int32) throws(SystemFailure) -> Descriptor {
        let opened = try open(file, flags | O_NOFOLLOW | O_NONBLOCK)
        guard let info = Files.status(of: opened), info.st_mode & S_IFMT == S_IFREG else {
            throw SystemFailure("open \(self.file(file))", EINVAL)
        }
        return opened
    }

    /// What the launcher must know about an attempt in order to start it, and later to tidy up behind it.
    struct Spec: Codable {
        let order: LaunchOrder
        let identity: WorkIdentity?
        /// The control groups made for it.
        let limits: [String]
        /// Paths of data sets' copies that it is shown; nil in what earlier versions wrote, which knew none.
        var copies: [String]?
    }

    /// Nil: there is none, or it was cut off by a crash.
    func readSpec() throws(SystemFailure) -> Spec? {
        try Files.contents(file(.spec)).flatMap { try? JSONDecoder().decode(Spec.self, from: Data($0)) }
    }

    /// Creates the folder, or takes a furnished one, and completes it for an attempt. Not synced: see `sync`.
    func create(_ spec: Spec, outputOwner: WorkIdentity?, from spare: String?) throws(SystemFailure) {
        try Files.makeFolder(path.parentFolder)
        if spare.map({ rename($0, path) }) != 0 { try furnish() }
        if let owner = outputOwner, owner.mustDrop {
            // The work may open it again by way of /dev/stdout.
            for file in [File.out, .err, .progress] {
                guard lchown(self.file(file), owner.uid, owner.gid) == 0 else {
                    throw SystemFailure("give away \(self.file(file))")
                }
            }
        }
        if spec.order.work.terminal != nil { _ = try open(.tty, O_WRONLY | O_CREAT) }
        let bytes: [UInt8]
        do { bytes = [UInt8](try JSONEncoder().encode(spec)) } catch { throw SystemFailure("encode the spec", EINVAL) }
        // What was cut off by a crash does not decode, and an attempt without spec was never answered for.
        try open(.spec, O_WRONLY | O_CREAT | O_TRUNC).write(bytes, doing: "write \(file(.spec))")
    }

    /// Creates the folder and the files that are the same for each attempt. The records' files get their blocks now, so
    /// that a disk that fills up later takes no record away.
    func furnish() throws(SystemFailure) {
        guard mkdir(path, 0o700) == 0 else { throw SystemFailure("create \(path)") }
        for file in [File.lock, .identity, .sandboxLog, .sandboxStatus] {
            _ = try open(file, O_WRONLY | O_CREAT)
        }
        for file in [File.began, .exit] {
            let room = try open(file, O_WRONLY | O_CREAT)
            _ = try checked(linux_allocate(room.number, Self.recordBytes), "make room for \(self.file(file))")
        }
        for file in [File.out, .err, .progress] { _ = try open(file, O_WRONLY | O_CREAT) }
        try open(.format, O_WRONLY | O_CREAT).write("\(Self.format)\n".utf8, doing: "write \(file(.format))")
    }

    /// Nothing is there, or what a launch left that was never answered for: nothing runs in it and nothing ever did.
    var isClearable: Bool {
        guard Files.exists(path) else { return true }
        return isLockFree() && (try? isBlank) == true
    }

    /// Whether it surely never began and recorded no end.
    var isBlank: Bool {
        get throws(SystemFailure) {
            guard try Record.isBlank(file(.began)) else { return false }
            return try Record.isBlank(file(.exit))
        }
    }

    /// After this the attempt is known, come what may.
    func sync() throws(SystemFailure) {
        try open(.spec, O_RDONLY).sync(doing: "sync \(file(.spec))")
        // Up to the data directory: after a crash the spare folder's name must not lead to an attempt.
        let lease = path.parentFolder, all = lease.parentFolder
        for folder in [path, lease, all, all.parentFolder] { try Files.syncFolder(folder) }
    }

    static let recordBytes: Int64 = 4_096

    /// What the work writes goes into these; `readable`: what `readOutput` gives of its two streams.
    static let logs = [File.out, .err, .tty]
    var readable: (out: File, err: File) { (Files.exists(file(.tty)) ? .tty : .out, .err) }

    // MARK: Identity

    /// Which process is the sandbox's pid 1.
    struct Identity: Hashable {
        let bootID: String
        let pid: Int32
        let startTime: UInt64
    }

    /// Synced, since after it the work may begin.
    func write(_ identity: Identity) throws(SystemFailure) {
        let file = try open(.identity, O_WRONLY)
        let line = "1 \(identity.bootID) \(identity.pid) \(identity.startTime) .\n"
        try file.write(line.utf8, doing: "write \(self.file(.identity))")
        try file.sync(doing: "sync \(self.file(.identity))")
    }

    func readIdentity() throws(SystemFailure) -> Identity? {
        guard let words = try Record.words(of: file(.identity)), words.count == 3, let pid = Int32(words[1]),
            let start = UInt64(words[2])
        else { return nil }
        return Identity(bootID: words[0], pid: pid, startTime: start)
    }

    // MARK: Lock

    /// Whether nobody holds the lock: carrel-init holds it as long as it lives. Nil: there is no such file.
    func isLockFree() -> Bool {
        let lock: Descriptor
        // Only a lock that isn't there is nobody's; one that can't be looked at now may be held.
        do throws(SystemFailure) { lock = try open(.lock, O_RDWR) } catch { return error.number == ENOENT }
        return withExtendedLifetime(lock) { linux_lock(lock.number) == 0 }
    }
}

/// The one-line records: `1`, words, a full stop. A line without the stop was torn.
enum Record {
    static func words(of path: String) throws(SystemFailure) -> [String]? {
        guard let bytes = try Files.contents(path, limit: 8_192) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: "\n") else { return nil }
        let words = text[..<end].split(separator: " ").map(String.init)
        guard words.count >= 3, words.first == "1", words.last == "." else { return nil }
        return Array(words.dropFirst().dropLast())
    }

    /// Whether surely nothing was written: the file has zeros in advance, or is not there. One that can't be read now may
    /// say something.
    static func isBlank(_ path: String) throws(SystemFailure) -> Bool {
        try Files.contents(path, limit: 8_192)?.allSatisfy { $0 == 0 } ?? true
    }
}
