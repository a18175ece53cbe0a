import Foundation
import Glibc
import WireModel

/// A file of this machine that is to be sent; `-` is standard input.
struct LocalFile {
    let path: String

    /// What it is called where it goes.
    var name: String { URL(fileURLWithPath: path).lastPathComponent }

    var isFile: Bool { FileManager.default.fileExists(atPath: path) }

    private var isInput: Bool { path == "-" }

    /// Why it can't be sent; nil: nothing speaks against it so far. Nothing is opened that would make its writer go on.
    var mistake: String? {
        if isInput { return nil }
        var found = stat()
        guard stat(path, &found) == 0 else {
            let reason = String(cString: strerror(errno))
            // What is no text comes as text with this sign for what could not be read.
            guard path.unicodeScalars.contains("\u{FFFD}") else { return "\(path.shown) can't be read: \(reason)." }
            return "The name \(path.shown) is no text (UTF-8), and can't be sent as it is. Under another one: "
                + "carrel files put - my/NAME < FILE"
        }
        switch found.st_mode & S_IFMT {
        case S_IFREG:
            return access(path, R_OK) == 0 ? nil : "\(path.shown) can't be read: \(String(cString: strerror(errno)))."
        case S_IFDIR:
            return
                "\(path.shown) is a folder. Pack it first: tar c \(path.shown) | carrel files put - my/\(FilePlaces.name(path).shown).tar"
        default:
            let isPassed = path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
            if isPassed { return "\(path.shown) is a pipe, and no file. Send it so: PROGRAM | carrel files put - my/NAME" }
            return "\(path.shown) is a pipe, a socket or a device, and no file. What comes out of it is sent so: "
                + "cat \(path.shown) | carrel files put - my/NAME"
        }
    }

    /// Of several that would have one name in one folder.
    static func doubled(_ files: [LocalFile]) -> [String] {
        Dictionary(grouping: files, by: \.name).values.filter { $0.count > 1 }.compactMap { alike in
            alike.first.map { "Several of these files are called \($0.name.shown), and one folder takes one of them." }
        }.sorted()
    }

    /// Its bytes and how many they are; nil: it has changed since, and is no ordinary file any more.
    func open() -> (FileHandle, Int64?)? {
        if isInput { return (.standardInput, nil) }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        return (handle, Int64(found.st_size))
    }
}
