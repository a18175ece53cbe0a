import Glibc
import Testing

@testable import FileActs

/// A folder with a folder beside it that nobody shall get into, and a conversation about it.
final class Place {
    let folder: String
    let root: String
    /// Holds `secret`, which nobody shall reach.
    let beside: String

    init() throws {
        var name = Array("/var/tmp/carrel-files-XXXXXX".utf8CString)
        try #require(mkdtemp(&name) != nil)
        folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        root = folder + "/root"
        beside = folder + "/beside"
        mkdir(root, 0o700)
        mkdir(beside, 0o700)
        try write("secret", to: beside + "/secret")
    }

    deinit {
        if let acts = try? FileActs(root: "/var/tmp", sharing: .own), let name = folder.split(separator: "/").last {
            _ = try? acts.remove(FilePath(escaped: name), recursive: true)
        }
    }

    func acts(_ sharing: FileActs.Sharing = .own) throws -> FileActs { try FileActs(root: root, sharing: sharing) }

    func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(file >= 0)
        defer { close(file) }
        try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
    }

    /// nil: there is no such file.
    func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// A server's end, and the process's on a thread of this one.
    func talk(_ sharing: FileActs.Sharing = .own) throws -> FileTalk {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let root = root, end = ends[1]
        FileServantThread.start {
            FileServant.serve(end, root: root, sharing)
            close(end)
        }
        return FileTalk(ends[0])
    }
}

/// A thread of its own, since it waits.
enum FileServantThread {
    private final class Job: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    static func start(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job(work))
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, job.toOpaque())
        precondition(code == 0)
        pthread_detach(thread)
    }
}

func path(_ text: String) throws -> FilePath { try FilePath(escaped: text) }
