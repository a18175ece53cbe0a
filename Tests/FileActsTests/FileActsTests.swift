import Glibc
import Testing

@testable import FileActs

@Suite("Acts on files stay beneath their place")
struct FileActsTests {
    @Test(
        "names that could lead elsewhere are no names",
        arguments: ["..", ".", "a/../b", "a%2Fb", "a%00", "%2e%2e", "%zz", "%4"])
    func noNames(_ text: String) {
        #expect(throws: FileFault.badName) { try FilePath(escaped: text) }
    }

    @Test("any bytes are a name and come back as they were")
    func anyBytes() throws {
        let name: [UInt8] = [0xff, 0x0a, 0x22, 0x20, 0x25, 0xe2, 0x82]
        let place = try Place(), acts = try place.acts()
        let path = try FilePath([name])
        #expect(try FilePath(escaped: path.escaped) == path)
        let draft = try acts.write(path, replace: false, bytes: nil)
        _ = try draft.finish()
        #expect(try acts.list(.top, after: nil, limit: 10).entries.map(\.name) == [name])
        #expect(try acts.remove(path, recursive: false) == 1)
    }

    @Test("a link out of the place is neither read, listed, written through nor removed through")
    func linksOut() throws {
        let place = try Place(), acts = try place.acts()
        for (name, target) in [("a", place.beside), ("b", "../beside"), ("c", "/proc/self/root" + place.beside)] {
            symlink(target, place.root + "/" + name)
            #expect(throws: FileFault.outside) { try acts.list(path(name), after: nil, limit: 10) }
            #expect(throws: FileFault.outside) { try acts.read(path(name + "/secret")) }
            #expect(throws: FileFault.outside) { try acts.write(path(name + "/new"), replace: false, bytes: nil) }
            #expect(throws: FileFault.outside) { try acts.makeFolder(path(name + "/new")) }
            #expect(throws: FileFault.outside) { try acts.remove(path(name + "/secret"), recursive: false) }
            #expect(try acts.remove(path(name), recursive: true) == 1)
        }
        #expect(place.text(place.beside + "/secret") == "secret")
    }

    @Test("a file behind a link within the place is read, and a link is replaced by nothing")
    func linksWithin() throws {
        let place = try Place(), acts = try place.acts()
        try place.write("here", to: place.root + "/file")
        symlink("file", place.root + "/link")
        #expect(try acts.read(path("link")).1.bytes == 4)
        #expect(throws: FileFault.notAFile(.link)) { try acts.write(path("link"), replace: true, bytes: nil) }
    }

    @Test("what is moved keeps what it is; nothing is replaced unasked, and a link is moved and not followed")
    func moves() throws {
        let place = try Place(), acts = try place.acts()
        mkdir(place.root + "/folder", 0o700)
        try place.write("one", to: place.root + "/a")
        try place.write("two", to: place.root + "/folder/b")
        #expect(throws: FileFault.exists(.file)) { try acts.move(path("a"), to: path("folder/b"), replace: false) }
        #expect(throws: FileFault.exists(.folder)) { try acts.move(path("a"), to: path("folder"), replace: false) }
        #expect(throws: FileFault.notAFile(.folder)) { try acts.move(path("a"), to: path("folder"), replace: true) }
        #expect(throws: FileFault.missing) { try acts.move(path("none"), to: path("c"), replace: false) }
        #expect(throws: FileFault.isTop) { try acts.move(.top, to: path("c"), replace: false) }
        #expect(try acts.move(path("a"), to: path("folder/b"), replace: true).name == Array("b".utf8))
        #expect(place.text(place.root + "/folder/b") == "one" && place.text(place.root + "/a") == nil)
        #expect(try acts.move(path("folder"), to: path("moved"), replace: false).kind == .folder)
        symlink(place.beside, place.root + "/out")
        #expect(throws: FileFault.outside) { try acts.move(path("out/secret"), to: path("stolen"), replace: false) }
        #expect(throws: FileFault.outside) { try acts.move(path("moved/b"), to: path("out/b"), replace: false) }
        #expect(try acts.move(path("out"), to: path("moved/out"), replace: false).kind == .link)
        #expect(place.text(place.beside + "/secret") == "secret" && place.text(place.root + "/moved/b") == "one")
    }

    @Test("a folder does not go into itself by a link, and of two names of one file the old one goes")
    func movesOntoItself() throws {
        let place = try Place(), acts = try place.acts()
        mkdir(place.root + "/folder", 0o700)
        symlink("folder", place.root + "/in")
        #expect(throws: FileFault.intoItself) { try acts.move(path("folder"), to: path("in/x"), replace: false) }
        try place.write("one", to: place.root + "/a")
        link(place.root + "/a", place.root + "/folder/b")
        #expect(throws: FileFault.exists(.file)) { try acts.move(path("folder"), to: path("a"), replace: true) }
        _ = try acts.move(path("a"), to: path("a"), replace: true)
        #expect(place.text(place.root + "/a") == "one")
        _ = try acts.move(path("a"), to: path("in/b"), replace: true)
        #expect(place.text(place.root + "/a") == nil && place.text(place.root + "/folder/b") == "one")
    }

    @Test("removing a folder with a link in it leaves what the link leads to")
    func removesLinks() throws {
        let place = try Place(), acts = try place.acts()
        mkdir(place.root + "/full", 0o700)
        mkdir(place.root + "/full/deeper", 0o700)
        symlink(place.beside, place.root + "/full/deeper/out")
        try place.write("x", to: place.root + "/full/x")
        #expect(throws: FileFault.notEmpty) { try acts.remove(path("full"), recursive: false) }
        #expect(try acts.remove(path("full"), recursive: true) == 4)
        #expect(place.text(place.beside + "/secret") == "secret")
        #expect(throws: FileFault.isTop) { try acts.remove(.top, recursive: true) }
    }

    @Test(
        "what is mounted is not emptied, and a file of any time is listed",
        .enabled(if: geteuid() == 0, "mounting needs root"))
    func mounted() throws {
        let place = try Place(), acts = try place.acts(), disk = place.root + "/disk"
        mkdir(disk, 0o755)
        mkdir(place.root + "/folder", 0o755)
        mkdir(place.root + "/folder/again", 0o755)
        try #require(mount("tmpfs", disk, "tmpfs", 0, "size=1m") == 0, "errno \(errno)")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        try place.write("kept", to: disk + "/file")
        // The same file system, and yet another place.
        try #require(mount(place.beside, place.root + "/folder/again", "", UInt(MS_BIND), nil) == 0, "errno \(errno)")
        defer { umount2(place.root + "/folder/again", Int32(MNT_DETACH)) }
        for name in ["disk", "folder"] {
            #expect(throws: FileFault.elsewhere) { try acts.remove(path(name), recursive: true) }
        }
        #expect(place.text(disk + "/file") == "kept" && place.text(place.beside + "/secret") == "secret")
        var times = [timespec(tv_sec: 1 << 61, tv_nsec: 0), timespec(tv_sec: 1 << 61, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, disk + "/file", &times, 0) == 0)
        let listed = try acts.list(path("disk"), after: nil, limit: 5).entries
        #expect(listed.map(\.bytes) == [4] && listed.allSatisfy { $0.changedAt > 0 })
    }

    @Test("pipes, sockets and devices are not read, and nothing waits for them", .timeLimit(.minutes(5)))
    func special() throws {
        let place = try Place(), acts = try place.acts()
        mkfifo(place.root + "/pipe", 0o600)
        #expect(throws: FileFault.notAFile(.other)) { try acts.read(path("pipe")) }
        #expect(throws: FileFault.notAFile(.other)) { try acts.write(path("pipe"), replace: true, bytes: nil) }
        #expect(throws: FileFault.exists(.other)) { try acts.write(path("pipe"), replace: false, bytes: nil) }
        mkdir(place.root + "/folder", 0o700)
        #expect(throws: FileFault.notAFile(.folder)) { try acts.read(path("folder")) }
        #expect(throws: FileFault.notAFile(.folder)) { try acts.write(path("folder"), replace: true, bytes: nil) }
    }

    @Test("a file has its name when it is whole, and not before; a draft that is let go leaves nothing")
    func drafts() throws {
        let place = try Place(), acts = try place.acts()
        var draft: FileDraft? = try acts.write(path("new"), replace: false, bytes: 4)
        try draft?.write(Array("half".utf8))
        #expect(place.text(place.root + "/new") == nil)
        draft = nil
        #expect(try acts.list(.top, after: nil, limit: 10).entries.isEmpty)
        draft = try acts.write(path("new"), replace: false, bytes: 4)
        try draft?.write(Array("full".utf8))
        let entry = try draft?.finish().entry
        #expect(entry?.bytes == 4 && entry?.kind == .file)
        #expect(place.text(place.root + "/new") == "full")
        var found = stat()
        stat(place.root + "/new", &found)
        #expect(found.st_mode & 0o777 == 0o600)
    }

    @Test("nothing is replaced unasked, also where it comes in the meantime; asked, it is, and keeps its rights")
    func replacing() throws {
        let place = try Place(), acts = try place.acts()
        let first = try acts.write(path("new"), replace: false, bytes: nil)
        try place.write("old", to: place.root + "/new")
        // Special rights are the program's that was there, and no other's.
        chmod(place.root + "/new", 0o6750)
        #expect(throws: FileFault.exists(.file)) { try first.finish() }
        #expect(place.text(place.root + "/new") == "old")
        let second = try acts.write(path("new"), replace: true, bytes: nil)
        #expect(try second.finish().replaced)
        #expect(place.text(place.root + "/new") == "")
        var found = stat()
        stat(place.root + "/new", &found)
        #expect(found.st_mode & 0o7777 == 0o750)
        #expect(try acts.list(.top, after: nil, limit: 10).entries.count == 1)
    }

    @Test("a long folder is listed in pages, each name once")
    func pages() throws {
        let place = try Place(), acts = try place.acts()
        for number in 0..<25 { mkdir(place.root + "/f\(number)", 0o700) }
        var names: [[UInt8]] = [], after: [UInt8]?
        repeat {
            let page = try acts.list(.top, after: after, limit: 10)
            names += page.entries.map(\.name)
            after = page.next
        } while after != nil
        #expect(names.count == 25 && Set(names).count == 25)
        #expect(names.sorted { $0.lexicographicallyPrecedes($1) } == names)
    }

    @Test("use counts a file with two names once")
    func use() throws {
        let place = try Place(), acts = try place.acts()
        mkdir(place.root + "/a", 0o700)
        try place.write(String(repeating: "x", count: 20_000), to: place.root + "/a/file")
        link(place.root + "/a/file", place.root + "/again")
        let use = try acts.use(of: .top)
        #expect(use.files == 2 && use.folders == 1 && use.isWhole)
        #expect((20_000..<60_000).contains(use.bytes), "\(use.bytes)")
        #expect(use.freeBytes > 0 && use.totalBytes >= use.freeBytes)
    }

    @Test("a folder that is exchanged for a link again and again never lets anybody out", .timeLimit(.minutes(5)))
    func exchanged() throws {
        let place = try Place(), acts = try place.acts()
        mkdir(place.root + "/swap", 0o700)
        try place.write("mine", to: place.root + "/swap/secret")
        let root = place.root, isOver = Flag()
        FileServantThread.start {
            while !isOver.isSet {
                rename(root + "/swap", root + "/kept")
                symlink("../beside", root + "/swap")
                unlink(root + "/swap")
                rename(root + "/kept", root + "/swap")
            }
            isOver.tellEnd()
        }
        for _ in 0..<3_000 {
            guard let (file, _) = try? acts.read(path("swap/secret")) else { continue }
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = read(file.number, &bytes, bytes.count)
            #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "mine")
        }
        for _ in 0..<200 { _ = try? acts.remove(path("swap/other"), recursive: true) }
        isOver.set()
        isOver.waitForEnd()
        #expect(place.text(place.beside + "/secret") == "secret")
    }
}

/// Told from one thread to another.
final class Flag: @unchecked Sendable {
    private var mutex = pthread_mutex_t()
    private var value = false, ended = false

    init() { pthread_mutex_init(&mutex, nil) }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        return body()
    }

    var isSet: Bool { locked { value } }
    func set() { locked { value = true } }
    func tellEnd() { locked { ended = true } }
    func waitForEnd() { while !locked({ ended }) { usleep(1_000) } }
}
