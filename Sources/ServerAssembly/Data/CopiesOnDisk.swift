import FleetModel
import Foundation
import HTTPAPI

/// The copies of data sets in the data directory.
struct CopiesOnDisk: DataCopyKeeper {
    let dataDirectory: String

    func folder(_ name: String) -> String { "\(dataDirectory)/\(DataCopyPlace.folder)/\(name)" }

    func copies(of names: [String]) async -> [String: DataCopyStanding] {
        // On a thread that may wait for the disk.
        await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                var found: [String: DataCopyStanding] = [:]
                for name in names { found[name] = standing(name) }
                answer.resume(returning: found)
            }
        }
    }

    /// nil: it is to have none.
    private func standing(_ name: String) -> DataCopyStanding? {
        let folder = folder(name)
        guard FileManager.default.fileExists(atPath: "\(folder)/\(DataCopyPlace.wanted)") else { return nil }
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(DataCopyPlace.record)"),
            let record = try? JSONDecoder().decode(DataCopyRecord.self, from: bytes), record.isUsable
        else { return .missing }
        return .whole(record)
    }
}
