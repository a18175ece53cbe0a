import CommandLine
import Environments
import FleetModel
import Foundation
import HTTPAPI
import WireModel

/// The shared environments in the data directory.
struct SharedEnvironments: EnvironmentKeeper {
    let dataDirectory: String

    private var shelf: EnvironmentShelf {
        EnvironmentShelf(folder: "\(dataDirectory)/\(EnvironmentPlace.sharedFolder)")
    }

    func sharedFolder(_ name: String) -> String { "\(shelf.folder)/\(name)" }

    func shared() async -> [EnvironmentView] {
        let shelf = shelf
        // On a thread that may wait for the disk.
        return await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                answer.resume(returning: shelf.environments.map { EnvironmentView($0, isShared: true) })
            }
        }
    }
}
