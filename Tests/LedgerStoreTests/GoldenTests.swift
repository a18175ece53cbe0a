import Foundation
import FleetModel
import LeaseLedger
import Testing

@testable import LedgerStore

/// What was once written must be read for ever, and what is written must not change unnoticed.
///
/// A file that is missing is made by running the tests with `CARREL_RECORD_GOLDEN=1`; a file that is there is never
/// written again.
@Suite struct GoldenTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

    @Test func everyCaseIsWrittenAsItsGoldenFileSays() throws {
        for (name, event) in GoldenCases.all {
            let (kind, body) = try EventCoding.current.encode(event)
            #expect(name.split(separator: ".").first.map(String.init) == kind.rawValue)
            let golden = try golden("v\(kind.version)/\(name).json", orRecord: body)
            #expect(String(decoding: body, as: UTF8.self) == golden, "\(name)")
        }
    }

    @Test func everyGoldenFileOfEveryVersionIsReadAsItsCase() throws {
        let cases = Dictionary(uniqueKeysWithValues: GoldenCases.all.map { ($0.name, $0.event) })
        var read = 0
        for version in 1...EventKind.allCases.map(\.version).max()! {
            let folder = Self.folder.appendingPathComponent("v\(version)")
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !file.hasPrefix("checkpoint")
            {
                let name = String(file.dropLast(".json".count))
                let kind = String(name.prefix { $0 != "." })
                let body = Data(try golden("v\(version)/\(file)", orRecord: nil).utf8)
                #expect(try EventCoding.current.decode(kind: kind, version: version, body: body) == cases[name], "\(file)")
                read += 1
            }
        }
        #expect(read >= GoldenCases.all.count)
    }

    @Test(arguments: EventKind.allCases)
    func everyKindHasAGoldenFileOfItsVersion(kind: EventKind) throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appendingPathComponent("v\(kind.version)").path)
        #expect(files.contains { $0.hasPrefix("\(kind.rawValue).") }, "\(kind.rawValue) has no golden file")
    }

    /// A checkpoint that is read wrongly would be worse than none: a change of this file's form needs another
    /// `CheckpointCoding.version`, with which old checkpoints are passed over.
    @Test func theFormOfACheckpointIsPinnedToItsVersion() throws {
        let state = try GoldenCases.state()
        let (body, _) = try CheckpointCoding.encode(state)
        let golden = try golden("v\(CheckpointCoding.version)/checkpoint.json", orRecord: body)
        #expect(String(decoding: body, as: UTF8.self) == golden)
        #expect(try StoreJSON.decoder.decode(LedgerState.self, from: Data(golden.utf8)) == state)
    }

    private func golden(_ name: String, orRecord body: Data?) throws -> String {
        let file = Self.folder.appendingPathComponent(name)
        if !FileManager.default.fileExists(atPath: file.path), let body {
            guard ProcessInfo.processInfo.environment["CARREL_RECORD_GOLDEN"] == "1" else {
                Issue.record("\(name) is missing; it would hold: \(String(decoding: body, as: UTF8.self))")
                return ""
            }
            try (body + Data("\n".utf8)).write(to: file)
        }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
