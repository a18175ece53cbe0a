import FleetModel
import Glibc

/// Why a data set was not copied.
package enum DataCopyTrouble: Error, Hashable, Sendable {
    /// Not everybody may read this file or folder of it: a copy would give it away.
    case notOpen(path: String)
    /// - needed: bytes so far, with the file that there is no room for.
    case noRoom(needed: Int64, room: Int64)
    /// Files came or went meanwhile.
    case changed(path: String)
    /// Another work copies it.
    case busy
    case tooDeep(path: String)
    case system(doing: String, code: Int32)

    /// What happened, what was kept, what to do.
    package func words(for name: String) -> String {
        let kept = " Nothing was kept; work that asks for \(name) reads the folder itself, as before."
        switch self {
        case .notOpen(let path):
            return
                "Not everybody may read \(path), so a copy would give it away.\(kept) `chmod -R o+rX` on its folder opens it."
        case .noRoom(let needed, let room):
            return "\(name) needs more than \(MemoryBytes(needed).text), and its copy may take \(MemoryBytes(room).text)."
                + "\(kept) `carrel data cache OTHER --remove` makes room; `carrel up --data-cache SIZE` says how much there is."
        case .changed(let path):
            return "\(path) changed while it was copied.\(kept) Ask again when nobody writes there."
        case .busy:
            return "\(name) is being copied by another work already; `carrel ps --all` shows it."
        case .tooDeep(let path):
            return "\(path) lies more than \(TreeCopy.deepest) folders deep.\(kept)"
        case .system(let doing, let code):
            let reason = String(cString: strerror(code))
            return "Could not \(doing): \(reason).\(kept)"
        }
    }
}
