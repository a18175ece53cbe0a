import EngineInterface
import FleetModel
import FleetTestKit
import Foundation
import Glibc
import Testing

@testable import LocalEngine

/// Environments of software as work finds them, and who may write them.
struct SoftwareTests {
    /// A folder that looks like a whole environment, with a program of its own in it.
    private func make(_ folder: String, owner: UInt32) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/bin", withIntermediateDirectories: true)
        let program = "\(folder)/bin/which-one"
        for (path, text) in [
            (program, "#!/bin/sh\necho from \(folder)\n"), ("\(folder)/pyvenv.cfg", "version = 3.11.2\n"),
            ("\(folder)/\(EnvironmentPlace.record)", "{}"),
        ] { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        chmod(program, 0o755)
        for path in [folder, "\(folder)/bin", program] { chown(path, owner, owner) }
    }

    private func run(
        _ bench: Bench, _ script: String, _ use: EnvironmentUse, lease: Int64 = 1, home: String? = nil,
        environment: [String] = []
    ) async throws -> (text: String, outcome: AttemptOutcome) {
        let variables = Bench.plainEnvironment + environment + (home.map { ["HOME=\($0)"] } ?? [])
        let order = bench.order(["sh", "-c", script], lease: lease, environment: variables, software: use)
        let key = try await bench.launch(order)
        let outcome = try await bench.outcome(of: key)
        return (try await bench.text(key), outcome)
    }

    @Test(arguments: Bench.User.allCases) func theUsersOwnGoesBeforeASharedOne(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let home = "\(bench.folder)/home", own = "\(home)/\(EnvironmentPlace.ownFolder)/ml"
            let shared = "\(bench.data)/\(EnvironmentPlace.sharedFolder)/ml"
            try make(shared, owner: 0)
            chmod("\(bench.data)/\(EnvironmentPlace.sharedFolder)", 0o755)
            let first = try await run(bench, "which-one; echo $VIRTUAL_ENV", .named("ml"), home: home)
            #expect(first.text == "from \(shared)\n\(shared)\n")
            try make(own, owner: bench.workUID)
            let script = "which-one; echo $VIRTUAL_ENV; echo ${PYTHONHOME-none}; echo $PATH"
            let second = try await run(
                bench, script, .named("ml"), lease: 2, home: home, environment: ["PYTHONHOME=/x", "VIRTUAL_ENV=/y"])
            #expect(second.text == "from \(own)\n\(own)\nnone\n\(own)/bin:/usr/bin:/bin\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func aSharedOneIsReadOnlyAndNothingElseOfTheDataIsSeen(_ user: Bench.User)
        async throws
    {
        try await withBench(user) { bench in
            let shared = "\(bench.data)/\(EnvironmentPlace.sharedFolder)"
            for name in ["ml", "other"] { try make("\(shared)/\(name)", owner: bench.workUID) }
            chmod(shared, 0o755)
            let script = """
                touch \(shared)/ml/x 2>/dev/null && echo wrote
                touch \(shared)/x 2>/dev/null && echo wrote beside
                touch \(bench.data)/x 2>/dev/null && echo wrote above
                ls \(shared)/other \(bench.data)/server \(bench.data)/attempts 2>/dev/null && echo saw
                ls \(shared)/ml/bin
                """
            let found = try await run(bench, script, .named("ml"))
            #expect(found.text == "which-one\n")
        }
    }

    @Test(arguments: Bench.User.allCases) func whoMakesASharedOneWritesThatOneAlone(_ user: Bench.User) async throws {
        try await withBench(user) { bench in
            let shared = "\(bench.data)/\(EnvironmentPlace.sharedFolder)"
            try make("\(shared)/other", owner: bench.workUID)
            chmod(shared, 0o755)
            chown(shared, user.uid, user.uid)
            let script = """
                id -u; mkdir \(shared)/new/bin && echo made
                touch \(shared)/other/x 2>/dev/null && echo wrote beside
                mkdir \(shared)/more 2>/dev/null && echo made another
                echo ${VIRTUAL_ENV-none}
                """
            let found = try await run(bench, script, .changesShared("new"))
            let uid = user == .root ? 2_100_000_001 : user.uid
            #expect(found.text == "\(uid)\nmade\nnone\n")
            #expect(Files.isFolder("\(shared)/new/bin"))
        }
    }

    @Test func whatIsNotThereNotWholeOrClosedIsNamed() async throws {
        try await withBench(.root) { bench in
            let home = "\(bench.folder)/home", own = "\(home)/\(EnvironmentPlace.ownFolder)"
            try make("\(own)/half", owner: bench.workUID)
            unlink("\(own)/half/\(EnvironmentPlace.record)")
            try make("\(bench.folder)/closed", owner: 0)
            chmod("\(bench.folder)/closed", 0o700)
            let uses: [(EnvironmentUse, String)] = [
                (.named("absent"), "absent"), (.named("half"), "half"), (.named("../half"), "../half"),
                (.changesShared("../up"), "../up"), (.folder("/usr"), "/usr"),
                (.folder("\(bench.folder)/closed"), "\(bench.folder)/closed"), (.folder(bench.data), bench.data),
                (.folder("relative"), "relative"),
            ]
            for (index, (use, name)) in uses.enumerated() {
                let found = try await run(bench, "true", use, lease: Int64(index + 1), home: home)
                #expect(found.outcome == .launchFailed(because: .environmentMissing(name: name)), "\(use)")
            }
        }
    }

    @Test func aFolderOfOnesOwnIsStartedInAndAPrivatePlaceIsRefused() async throws {
        try await withBench(.root) { bench in
            let folder = "\(bench.folder)/venv"
            try make(folder, owner: bench.workUID)
            #expect(try await run(bench, "which-one", .folder(folder)).text == "from \(folder)\n")
            let conda = "\(bench.folder)/conda"
            try make(conda, owner: bench.workUID)
            unlink("\(conda)/pyvenv.cfg")
            mkdir("\(conda)/conda-meta", 0o755)
            let script = "which-one; echo $CONDA_PREFIX ${VIRTUAL_ENV-none}"
            #expect(try await run(bench, script, .folder(conda), lease: 2).text == "from \(conda)\n\(conda) none\n")
            let hidden = "/tmp/carrel-hidden-\(UUID().uuidString)"
            try make(hidden, owner: bench.workUID)
            defer { try? FileManager.default.removeItem(atPath: hidden) }
            guard case .launchFailed(.sandbox(let words)) = try await run(bench, "true", .folder(hidden), lease: 3).outcome
            else { return #expect(Bool(false), "it was started in") }
            #expect(words.contains("make it elsewhere"))
        }
    }

    @Test func carrelsOwnProgramIsThereForWorkThatBeginsWithItAndForNoOther() async throws {
        try await withBench(.root) { bench in
            #expect(try await bench.run("ls \(EnvironmentPlace.program) 2>/dev/null || echo none") == "none\n")
            let key = try await bench.launch(bench.order([EnvironmentPlace.program, "no-such-verb"], lease: 2))
            guard case .exited(let code) = try await bench.outcome(of: key) else {
                return #expect(Bool(false), "it did not run")
            }
            #expect(code != 127)
        }
    }
}
