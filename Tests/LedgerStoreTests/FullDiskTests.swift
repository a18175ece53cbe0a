import Foundation
import Testing

@testable import LedgerStore

/// File systems of the tests' own, in a mount namespace: nobody else sees them, and they go with the helper.
@Suite struct FullDiskTests {
    /// A tmpfs of 2 MiB that is filled to the last byte.
    @Test func aFullDiskRefusesBatchesAndTheBallastLetsSomeThrough() async throws {
        let folder = try TemporaryFolder()
        let helper = try await HelperProcess.run(
            ["command": "full", "rounds": "100"], folder: folder.path,
            wrapper: try Self.inNamespace("mount -t tmpfs -o size=2m,mode=0700 tmpfs \"$FOLDER\""))
        try #require(!helper.lines.isEmpty, Self.missing)
        let words = helper.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(
            words.map(\.first) == [
                "ballast", "full", "ballast", "full", "noCheckpoint", "restored", "verdict", "verdict", "done",
            ], "\(helper.lines)")
        guard words.count == 9 else { return }
        #expect(words[0] == ["ballast", "true"] && words[2] == ["ballast", "false"])
        #expect(Int(words[1][1])! > 50, "nearly nothing fitted")
        #expect(Int(words[3][1])! > 5, "the ballast let nearly nothing through")
        #expect(words[5] == ["restored", "false"])
        for verdict in [helper.lines[6], helper.lines[7]] { #expect(verdict.contains("give the same ledger"), "\(verdict)") }
    }

    @Test func aFileSystemThatMayOnlyBeReadIsRefused() async throws {
        let folder = try TemporaryFolder()
        try LedgerStore.open(at: folder.path, ballastBytes: 4096).close()
        let before = try folder.bytes("ledger.sqlite")
        let helper = try await HelperProcess.run(
            ["command": "open"], folder: folder.path,
            wrapper: try Self.inNamespace("mount --bind \"$FOLDER\" \"$FOLDER\"; mount -o remount,ro,bind \"$FOLDER\""))
        try #require(helper.lines.count == 1, Self.missing)
        #expect(
            helper.lines.first?.hasPrefix("cannotOpen The ledger at \(folder.database) can't be opened: Read-only") == true)
        #expect(try folder.bytes("ledger.sqlite") == before)
    }

    @Test func aNewLedgerOnAFullDiskIsRefusedAndMadeLater() async throws {
        let folder = try TemporaryFolder()
        let helper = try await HelperProcess.run(
            ["command": "open"], folder: folder.path,
            wrapper: try Self.inNamespace(
                """
                mount -t tmpfs -o size=64k tmpfs "$FOLDER"; head -c 1000000 /dev/zero > "$FOLDER/filler" || true
                "$@"; rm "$FOLDER/filler"; mount -o remount,size=2m "$FOLDER"
                """))
        try #require(helper.lines.count == 2, Self.missing)
        #expect(helper.lines.first?.contains("is full. Nothing was written.") == true, "\(helper.lines)")
        #expect(helper.lines.last == "done")
    }

    private static let missing: Comment =
        "the helper did not run: this needs unshare (apt install util-linux) and leave to make user namespaces"

    /// Wraps the helper so that `mounting` is done where only it sees it. Works for ordinary users where these may make
    /// user namespaces; where not, it fails and says what is missing.
    private static func inNamespace(_ mounting: String) throws -> String {
        let exported = mounting.replacingOccurrences(of: "'", with: "'\\''")
        return "exec unshare --map-root-user --mount sh -ec '\(exported); exec \"$@\"' sh \"$@\""
    }
}
