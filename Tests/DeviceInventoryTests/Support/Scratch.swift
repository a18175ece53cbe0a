import Glibc
import Testing

/// A folder of a test's own, gone with the last reference to it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/carrel-inventory-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } }
        path = try #require(made, "no folder can be made under /tmp")
    }

    deinit { _ = Glibc.system("rm -rf '\(path)'") }

    /// Writes a file under the folder, with the folders that lead to it.
    func write(_ name: String, _ text: String) throws {
        try makeFolders(to: name)
        let file = try #require(fopen("\(path)/\(name)", "w"), "can't write \(name)")
        fputs(text, file)
        fclose(file)
    }

    func link(_ name: String, to target: String) throws {
        try makeFolders(to: name)
        try #require(symlink(target, "\(path)/\(name)") == 0, "can't link \(name)")
    }

    private func makeFolders(to name: String) throws {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            try #require(mkdir(folder, 0o755) == 0 || errno == EEXIST, "can't make \(folder)")
        }
    }
}
