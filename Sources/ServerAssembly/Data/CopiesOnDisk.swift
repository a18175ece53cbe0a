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

    func hasFiles(_ name: String) async -> Bool {
        await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(name))) ?? []
                answer.resume(
                    returning: names.contains {
                        $0 == DataCopyPlace.wanted || $0.hasPrefix(DataCopyPlace.whole) || $0.hasPrefix(DataCopyPlace.gone)
                    })
            }
        }
    }

    /// nil: it is to have none.
    private func standing(_ name: String) -> DataCopyStanding? {
        let folder = folder(name)
        guard FileManager.default.fileExists(atPath: "\(folder)/\(DataCopyPlace.wanted)") else { return nil }
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(DataCopyPlace.record)"),
            let record = try? JSONDecoder().decode(DataCopyRecord.self, from: bytes), record.isUsable,
            FileManager.default.fileExists(atPath: "\(folder)/\(record.copy)")
        else { return .missing }
        return .whole(record)
    }
}
