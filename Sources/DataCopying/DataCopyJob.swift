import FleetModel
import Foundation
import Glibc

/// The work that copies a data set to the node's disk, or deletes its copy: the hidden verb's body.
package enum DataCopyJob {
    /// - Parameter text: a `DataCopyOrder` as JSON.
    /// - Returns: the exit code. All words are on standard output and standard error.
    package static func run(_ text: String) -> Int32 {
        guard let order = try? JSONDecoder().decode(DataCopyOrder.self, from: Data(text.utf8)), DataPlace.isName(order.name)
        else {
            complain("This verb is for Carrel itself; use `carrel data cache`.")
            return 78
        }
        // In its own folder's place the work's user is nobody else: what it may read, everybody may.
        var place = stat()
        let isOwn = stat("\(order.folder)/..", &place) == 0 && place.st_uid == geteuid()
        let copier = DataCopier(
            source: "\(DataPlace.shown)/\(order.name)", folder: order.folder, name: order.name, bytes: order.bytes,
            mustBeOpen: !isOwn, say: say)
        do throws(DataCopyTrouble) {
            switch order.action {
            case .make: try copier.make()
            case .remove: try copier.remove()
            }
            return 0
        } catch {
            complain(error.words(for: order.name))
            return 1
        }
    }

    private static func say(_ words: String) { FileHandle.standardOutput.write(Data("\(words)\n".utf8)) }

    private static func complain(_ words: String) { FileHandle.standardError.write(Data("\(words)\n".utf8)) }
}
