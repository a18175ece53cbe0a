import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Data sets as work sees them, and what hostile owners of folders could try.
struct DataTests {
    /// A folder with a file in it that everybody may write, as far as its rights go.
    private func make(_ folder: String, owner: UInt32, _ text: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
        chown(folder, owner, owner)
        chmod(folder, 0o777)
        chmod("\(folder)/file", 0o666)
    }

    private func run(
        _ bench: Bench, _ script: String, _ data: [DataGrant], lease: Int64 = 1, environment: [String] = []
    ) async throws -> (text: String, outcome: AttemptOutcome) {
        let order = bench.order(
            ["sh", "-c", script], lease: lease, environment: Bench.plainEnvironment + environment, data: data)
        let key = try await bench.launch(order)
        let outcome = try await bench.outcome(of: key)
        return (try await bench.text(key), outcome)
    }

    @Test(arguments: Bench.User.allCases) func whatIsAskedForIsReadAndTheKernelRefusesWrites(_ user: Bench.User)
        async throws
    {
        try await withBench(user) { bench in
            for name in ["one", "two"] { try make("\(bench.folder)/sets/\(name)", owner: bench.workUID, name) }
            let script = """
                cat $CARREL_DATA/one/file /dev/data/two/file; echo; ls /dev/data; ls /proc/self/fd | tr '\\n' ' '; echo
                for act in 'touch one/new' 'rm two/file' 'mkdir one/x' 'chmod 700 one' 'mv one/file one/other'; do
                  (cd /dev/data && LC_ALL=C $act) 2>&1 | grep -o 'Read-only file system'
                done
                echo more >> /dev/data/one/file; umount /dev/data/one 2>/dev/null && echo unmounted
                grep -c ' /dev/data/.* ro,' /proc/self/mounts
                """
            let grants = ["one", "two"].map { DataGrant(name: $0, folder: "\(bench.folder)/sets/\($0)") }
            let found = try await run(bench, script, grants)
            let lines = found.text.split(separator: "\n").map(String.init)
            #expect(lines.prefix(3) == ["onetwo", "one", "two"], "\(found)")
            #expect(lines.count > 4 && lines[3] == "0 1 2 3 ", "no descriptor of a folder is left: \(lines)")
            #expect(
                lines.dropFirst(4) == ArraySlice(Array(repeating: "Read-only file system", count: 5) + ["2"]), "\(lines)")
            #expect(Files.text("\(bench.folder)/sets/one/file") == "one")
        }
    }

    @Test func workWithoutOneIsToldNothing() async throws {
        try await withBench(.root) { bench in
            let found = try await run(
                bench, "echo ${CARREL_DATA-none}; ls /dev/data 2>/dev/null || echo none", [], environment: ["CARREL_DATA=/x"]
            )
            #expect(found.text == "none\nnone\n")
        }
    }

    @Test func whatIsNotGivenIsNamedWithItsReason() async throws {
        try await withBench(.root) { bench in
            try make("\(bench.folder)/sets/file", owner: 0, "x")
            let cases: [(DataGrant, DataTrouble)] = [
                (DataGrant(name: "gone", .removed), .removed), (DataGrant(name: "others", .forOthers), .forOthers),
                (DataGrant(name: "absent", folder: "\(bench.folder)/sets/absent"), .missing),
                (DataGrant(name: "nofolder", folder: "\(bench.folder)/sets/file/file"), .missing),
                (DataGrant(name: "carrel", folder: bench.data), .missing),
                (DataGrant(name: "inside", folder: "\(bench.data)/server"), .missing),
                (DataGrant(name: "etc", folder: "/etc"), .missing), (DataGrant(name: "../x", folder: "/srv/x"), .removed),
            ]
            for (index, (grant, trouble)) in cases.enumerated() {
                let found = try await run(bench, "true", [grant], lease: Int64(index + 1))
                #expect(
                    found.outcome == .launchFailed(because: .dataUnavailable(name: grant.name, because: trouble)),
                    "\(grant.name)")
            }
        }
    }

    @Test func aLinkThatSomebodyPutInItsPlaceIsNotFollowed() async throws {
        try await withBench(.root) { bench in
            try make("\(bench.folder)/secret/inner", owner: 0, "secret")
            try make("\(bench.folder)/home/set", owner: 61_001, "data")
            chown("\(bench.folder)/home", 61_001, 61_001)
            let grant = DataGrant(name: "set", folder: "\(bench.folder)/home/set")
            #expect(try await run(bench, "cat /dev/data/set/file", [grant]).text == "data")
            rename("\(bench.folder)/home/set", "\(bench.folder)/home/old")
            symlink("\(bench.folder)/secret/inner", "\(bench.folder)/home/set")
            let swapped = try await run(bench, "cat /dev/data/set/file", [grant], lease: 2)
            #expect(swapped.outcome == .launchFailed(because: .dataUnavailable(name: "set", because: .missing)))
            // Nor one further up.
            rename("\(bench.folder)/home", "\(bench.folder)/home2")
            symlink("\(bench.folder)/secret", "\(bench.folder)/home")
            let above = DataGrant(name: "set", folder: "\(bench.folder)/home/inner")
            let higher = try await run(bench, "cat /dev/data/set/file", [above], lease: 3)
            #expect(higher.outcome == .launchFailed(because: .dataUnavailable(name: "set", because: .missing)))
        }
    }

    @Test func aClosedFolderOnTheWayIsTheAdministratorsGiftOnlyWhereItIsRoots() async throws {
        try await withBench(.root) { bench in
            // The bench's folder is root's; what lies beneath /var/tmp can't be renamed by others.
            try make("\(bench.folder)/vault/set", owner: 0, "given")
            chmod("\(bench.folder)/vault", 0o700)
            let given = DataGrant(name: "set", folder: "\(bench.folder)/vault/set")
            #expect(try await run(bench, "cat /dev/data/set/file", [given]).text == "given")
            chown("\(bench.folder)/vault", 61_001, 61_001)
            let own = try await run(bench, "cat /dev/data/set/file", [given], lease: 2)
            #expect(own.outcome == .launchFailed(because: .dataUnavailable(name: "set", because: .closed)))
            // Its own rights count in any case.
            chown("\(bench.folder)/vault", 0, 0)
            chmod("\(bench.folder)/vault/set", 0o750)
            let closed = try await run(bench, "cat /dev/data/set/file", [given], lease: 3)
            #expect(closed.outcome == .launchFailed(because: .dataUnavailable(name: "set", because: .closed)))
        }
    }

    @Test func aLookSaysWhatAFolderIs() async throws {
        try await withBench(.root) { bench in
            let sets = "\(bench.folder)/sets", engine = bench.engine
            try make("\(sets)/one", owner: 0, "12345")
            try make("\(sets)/one/deeper", owner: 0, "123")
            symlink("/etc/passwd", "\(sets)/one/link")
            symlink("\(sets)/one", "\(sets)/short")
            let facts = DataFolderFacts(path: "\(sets)/one", isOpen: true, files: 2, bytes: 8)
            #expect(try await engine.survey("\(sets)/one") == .folder(facts))
            #expect(try await engine.survey("\(sets)/short") == .folder(facts))
            // One file that not everybody may read: who adds the folder is told.
            chmod("\(sets)/one/file", 0o600)
            guard case .folder(let partly) = try await engine.survey("\(sets)/one") else {
                return #expect(Bool(false), "it is a folder")
            }
            #expect(!partly.isOpen && partly.files == 2)
            chmod("\(sets)/one/file", 0o644)
            chmod("\(sets)/one", 0o700)
            guard case .folder(let closed) = try await engine.survey("\(sets)/one") else {
                return #expect(Bool(false), "it is a folder")
            }
            #expect(!closed.isOpen)
            chown(sets, 61_001, 61_001)
            chmod(sets, 0o700)
            #expect(try await engine.survey("\(sets)/one") == .closed(by: sets))
            symlink("/etc", "\(bench.folder)/innocent")
            #expect(try await engine.survey("\(bench.folder)/innocent") == .unfit(.system(place: "/etc"), path: "/etc"))
            #expect(try await engine.survey(bench.data) == .unfit(.dataDirectory, path: bench.data))
            #expect(try await engine.survey("\(sets)/absent") == .missing)
            #expect(try await engine.survey("\(bench.folder)/sets/one/file") == .missing)
            #expect(try await engine.survey("relative") == .unfit(.notAbsolute, path: "relative"))
        }
    }
}
