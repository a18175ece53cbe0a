import Foundation
import GRDB
import Glibc
import LeaseLedger
import Testing

@testable import LedgerStore

/// What the store makes, and what it refuses without touching it.
@Suite struct OpeningTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open() throws(StoreError) -> LedgerStore { try LedgerStore.open(at: folder.path, ballastBytes: 4096) }

    private func refusal() -> StoreError? {
        do {
            _ = try open()
            return nil
        } catch { return error }
    }

    @Test func aNewLedgerIsMadeForItsOwnerAlone() async throws {
        let before = umask(0)
        let store = try open()
        umask(before)
        var history = RandomHistory(seed: 1)
        try await store.append(history.next(), after: 0)
        #expect(try folder.names() == ["ballast", "ledger.sqlite", "ledger.sqlite-shm", "ledger.sqlite-wal"])
        for name in try folder.names() {
            let mode = try #require(StoreFiles.status(of: folder.path + "/" + name)).st_mode
            #expect(mode & 0o777 == 0o600, "\(name) has \(String(mode, radix: 8))")
        }
        try store.close()
        #expect(try folder.number("PRAGMA user_version") == Schema.version)
    }

    @Test func whatACrashLeftOfAnUnfinishedLedgerIsClearedAway() async throws {
        for name in ["ledger.sqlite.new", "ledger.sqlite.new-wal", "ledger.sqlite.new-journal"] {
            try folder.write(Data("half".utf8), to: name)
        }
        let store = try open()
        #expect(try await store.load().tail == [])
        #expect(try folder.names().filter { $0.contains("new") } == [])
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let gone = folder.path + "/gone"
        #expect(
            throws: StoreError.cannotOpen(
                path: gone + "/ledger.sqlite", detail: "the folder \(gone) does not exist or is no folder")
        ) { try LedgerStore.open(at: gone) }
    }

    @Test(arguments: [
        "not a database at all", String(repeating: "x", count: 100_000), "SQLite format 3\0 and then nonsense",
    ])
    func garbageIsRefusedAndLeftAlone(text: String) throws {
        try folder.write(Data(text.utf8), to: "ledger.sqlite")
        #expect(refusal() == .damaged(path: folder.database, detail: "it is not a database"))
        #expect(try folder.bytes("ledger.sqlite") == Data(text.utf8))
    }

    @Test func anEmptyFileIsRefusedAndLeftAlone() throws {
        try folder.write(Data(), to: "ledger.sqlite")
        #expect(refusal() == .damaged(path: folder.database, detail: "it is empty"))
        #expect(try folder.names() == ["ledger.sqlite"])
    }

    /// Who starts the server tells by it whether to try again.
    @Test func whatMayPassIsToldFromWhatMustBeMended() {
        #expect(StoreFiles.failure("/x", ENOSPC) == .full(path: "/x"))
        #expect(StoreFiles.failure("/x", EDQUOT) == .full(path: "/x"))
        #expect(StoreFiles.failure("/x", EACCES) == .cannotOpen(path: "/x", detail: "Permission denied"))
        for number in [EIO, ESTALE, EMFILE, ENOMEM, ETIMEDOUT] {
            guard case .failed = StoreFiles.failure("/x", number) else {
                Issue.record("error \(number) is taken for a mistake in the settings")
                continue
            }
        }
    }

    @Test func aFolderInItsPlaceIsRefused() throws {
        try FileManager.default.createDirectory(atPath: folder.database, withIntermediateDirectories: false)
        #expect(refusal() == .cannotOpen(path: folder.database, detail: "it is a folder"))
    }

    @Test func aPipeInItsPlaceIsRefusedAndNotWaitedFor() {
        #expect(mkfifo(folder.database, 0o600) == 0)
        #expect(refusal() == .cannotOpen(path: folder.database, detail: "it is no ordinary file"))
    }

    @Test(arguments: [0o644, 0o660, 0o400, 0o000] as [UInt32])
    func otherPermissionsAreRefusedWithTheCommandThatMendsThem(mode: UInt32) throws {
        try open().close()
        let before = try folder.bytes("ledger.sqlite")
        chmod(folder.database, mode)
        #expect(refusal() == .wrongPermissions(path: folder.database, mode: mode))
        #expect(refusal()?.description.contains("chmod 600 \(folder.database)") == true)
        chmod(folder.database, 0o600)
        #expect(try folder.bytes("ledger.sqlite") == before)
        #expect(refusal() == nil)
    }

    @Test func anotherProgramsDatabaseIsRefusedAndLeftAlone() throws {
        try folder.execute("CREATE TABLE recipe(name TEXT)")
        chmod(folder.database, 0o600)
        let before = try folder.bytes("ledger.sqlite")
        #expect(refusal() == .notALedger(path: folder.database))
        #expect(try folder.bytes("ledger.sqlite") == before)
    }

    @Test func aNewerFormatIsRefusedWithWordsAndLeftAlone() throws {
        try open().close()
        try folder.execute("PRAGMA user_version = 7")
        let before = try folder.bytes("ledger.sqlite")
        #expect(refusal() == .newerVersion(path: folder.database, found: 7, known: Schema.version))
        let words = try #require(refusal()).description
        for part in ["format 7", "up to \(Schema.version)", "Start the newer Carrel", "Nothing was changed"] {
            #expect(words.contains(part), "\(words)")
        }
        #expect(try folder.bytes("ledger.sqlite") == before)
    }

    /// A newer server that was killed leaves its version in the write-ahead log alone.
    @Test func aNewerFormatIsSeenInTheWriteAheadLogToo() async throws {
        let store = try open()
        try await store.write { try $0.execute(sql: "PRAGMA user_version = 9") }
        let copy = try TemporaryFolder()
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] { try copy.write(folder.bytes(name), to: name) }
        try store.close()
        #expect(throws: StoreError.newerVersion(path: copy.database, found: 9, known: Schema.version)) {
            try LedgerStore.open(at: copy.path)
        }
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            let size = try copy.bytes(name).count
            #expect(size > 0)
        }
        #expect(throws: StoreError.newerVersion(path: copy.database, found: 9, known: Schema.version)) {
            try LedgerStore.open(at: copy.path)
        }
    }

    @Test func aWriteAheadLogWithoutItsDatabaseIsRefused() async throws {
        let store = try open()
        var history = RandomHistory(seed: 2)
        try await store.append(history.next(), after: 0)
        let log = try folder.bytes("ledger.sqlite-wal")
        let copy = try TemporaryFolder()
        try copy.write(log, to: "ledger.sqlite-wal")
        #expect(
            throws: StoreError.damaged(
                path: copy.database,
                detail: "it is gone, and its write-ahead log \(copy.writeAheadLog) is there")
        ) { try LedgerStore.open(at: copy.path) }
        #expect(try copy.names() == ["ledger.sqlite-wal"])
        #expect(try copy.bytes("ledger.sqlite-wal") == log)
    }

    @Test func everyErrorSaysWhatHappenedAndWhatIsKept() {
        let errors: [StoreError] = [
            .cannotOpen(path: "/x", detail: "d"), .wrongPermissions(path: "/x", mode: 0o644),
            .newerVersion(path: "/x", found: 2, known: 1), .notALedger(path: "/x"), .damaged(path: "/x", detail: "d"),
            .full(path: "/x"), .failed(code: 1, detail: "d"),
        ]
        for error in errors {
            let words = error.description
            #expect(["Nothing was", "left as it is", "is kept"].contains { words.contains($0) }, "\(words)")
            #expect(words.hasSuffix(".") || words.hasSuffix("/x"), "\(words)")
        }
    }
}
