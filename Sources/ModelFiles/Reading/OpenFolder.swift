import Glibc

/// A folder that is open; closed when the last of its users goes.
final class OpenFolder {
    /// For messages.
    let name: String
    let descriptor: Int32

    init(name: String, descriptor: Int32) { (self.name, self.descriptor) = (name, descriptor) }

    deinit { close(descriptor) }

    /// What lies in it, sorted, in bytes: a name need not be UTF-8.
    func entries() throws(ModelFileError) -> [[UInt8]] {
        // One of its own: reading names moves a position, which copies of a descriptor share.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .cannotOpen(file: name, code: errno) }
        guard let stream = fdopendir(own) else {
            let code = errno
            close(own)
            throw .cannotOpen(file: name, code: code)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: UInt8.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
                }
            }
            if found != [UInt8(ascii: ".")], found != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(found) }
            guard names.count <= Limit.entries else {
                throw .tooMany(file: name, what: .entries, found: names.count, most: Limit.entries)
            }
            errno = 0
        }
        guard errno == 0 else { throw .cannotRead(file: name, offset: 0, code: errno) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The regular file of this name; nil where there is none.
    func file(_ entry: String) throws(ModelFileError) -> OpenFile? {
        do throws(ModelFileError) {
            guard case .file(let file) = try OpenPlace.open(Array(entry.utf8), in: self) else { return nil }
            return file
        } catch {
            if case .cannotOpen(_, ENOENT) = error { return nil }
            throw error
        }
    }
}
