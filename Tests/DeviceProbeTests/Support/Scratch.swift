import Glibc
import Testing

/// A folder of a test's own, gone with the last reference to it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/carrel-probe-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } }
        path = try #require(made, "no folder can be made under /tmp")
    }

    deinit { _ = Glibc.system("rm -rf '\(path)'") }

    func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"), "can't write \(name)")
        fputs(text, file)
        fclose(file)
    }
}

/// Where the tests and the programs that they start were built.
enum BuildFolder {
    static var path: String {
        get throws {
            let own = try #require(realpath("/proc/self/exe", nil))
            defer { free(own) }
            return "/" + String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
        }
    }

    /// The repository's folder of tests.
    static var tests: String { "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") }
    /// The repository.
    static var repository: String { "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") }
}
