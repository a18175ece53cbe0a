import Glibc

/// A number of the kernel's for what went wrong.
struct Errno: Error { let code: Int32 }

/// A name in a folder: any bytes.
struct EntryName {
    /// Ends with a zero.
    private let bytes: [CChar]

    init(_ text: String) { bytes = Array(text.utf8CString) }
    private init(bytes: [CChar]) { self.bytes = bytes }

    /// For messages.
    var text: String { String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) }

    func with<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    /// All in an open folder.
    static func list(_ folder: Int32) throws(Errno) -> [EntryName] {
        // Another open file of the folder: what is read here moves the place in it.
        let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw Errno(code: errno) }
        guard let stream = fdopendir(own) else {
            let code = errno
            close(own)
            throw Errno(code: code)
        }
        defer { closedir(stream) }
        var found: [EntryName] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw Errno(code: errno) }
                return found
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [46, 0], name != [46, 46, 0] { found.append(EntryName(bytes: name)) }
        }
    }
}
