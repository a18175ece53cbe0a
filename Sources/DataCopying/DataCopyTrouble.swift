import FleetModel
import Glibc

/// Why a data set was not copied.
package enum DataCopyTrouble: Error, Hashable, Sendable {
    /// Not everybody may read this file or folder of it: a copy would give it away.
    case notOpen(path: String)
    /// A list of rights stands beside its mode, which a copy does not have.
    case hasRights(path: String)
    /// - needed: bytes, as far as they are known. isNew: nobody knew them before.
    case noRoom(needed: Int64, room: Int64, isNew: Bool)
    /// The file system has no room for so many more files.
    case tooManyFiles(files: Int64)
    /// Files came or went meanwhile.
    case changed(path: String)
    /// Another work copies it.
    case busy
    /// Somebody had the copy deleted meanwhile.
    case unwanted
    case tooDeep(path: String)
    case system(doing: String, code: Int32)

    /// What happened, what was kept, what to do. Paths are those in the set.
    package func words(for name: String) -> String {
        let kept = " Nothing was kept; work that asks for \(name) reads the folder itself."
        switch self {
        case .notOpen(let path):
            return "Not everybody may read \(Self.shown(path)), so a copy would give it away.\(kept) "
                + "`chmod -R a+rX` on the set's folder opens all of it."
        case .hasRights(let path):
            return "\(Self.shown(path)) has a list of rights beside its mode, which a copy would not have.\(kept) "
                + "`setfacl -R -b` on the set's folder takes such lists away."
        case .noRoom(let needed, let room, let isNew):
            return
                "\(name) needs \(MemoryBytes(needed).text) or more, and its copy may take \(MemoryBytes(room).text).\(kept) "
                + (isNew
                    ? "Its size is known now: ask once more, and copies that were not used for longest go where that is enough."
                    : "`carrel data cache OTHER --remove` makes room; `carrel up --data-cache SIZE` says how much there is.")
        case .tooManyFiles(let files):
            return "The file system of the copies has hardly any room for more files; \(files) were copied.\(kept)"
        case .changed(let path):
            return "\(Self.shown(path)) changed while it was copied.\(kept) Ask again when nobody writes there."
        case .busy:
            return "\(name) is being copied by another work already; `carrel ps` shows it. Nothing was changed."
        case .unwanted:
            return "\(name) is to have no copy any more.\(kept)"
        case .tooDeep(let path):
            return "\(Self.shown(path)) lies more than \(TreeCopy.deepest) folders deep.\(kept)"
        case .system(let doing, let code):
            let reason = String(cString: strerror(code))
            return "Could not \(Self.shown(doing)): \(reason).\(kept)"
        }
    }

    /// Names come from whoever may write there, and go to a terminal.
    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "?" : $0 }))
    }
}
