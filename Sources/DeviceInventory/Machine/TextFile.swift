import Glibc

/// Small files of `/proc` and `/sys`.
enum TextFile {
    /// The file's text without white space at its ends; nil: it can't be read. At most 1 MiB is read.
    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let white: Set<UInt8> = [0, 9, 10, 13, 32]
        while let end = bytes.last, white.contains(end) { bytes.removeLast() }
        return String(decoding: bytes.drop { white.contains($0) }, as: UTF8.self)
    }

    static func number(_ path: String) -> Int64? { read(path).flatMap { Int64($0) } }

    /// The kernel writes -1 where a device belongs to no NUMA node.
    static func numaNode(_ path: String) -> Int? {
        guard let number = number(path), number >= 0 else { return nil }
        return Int(number)
    }

    /// The names in a folder, in order, without `.` and `..`; empty: it can't be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What a link says, whether or not that is there.
    static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// The last name of the path that a link leads to; nil: it leads nowhere.
    static func lastName(ofLink path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved).split(separator: "/").last.map(String.init)
    }
}
