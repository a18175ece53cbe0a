import Glibc

/// What a path leads to, opened: looked at by its descriptor, so that it can't be exchanged in between.
enum OpenPlace {
    case file(OpenFile)
    case folder(OpenFolder)

    /// Links are followed: Hugging Face's cache is made of them.
    static func open(_ path: String) throws(ModelFileError) -> OpenPlace {
        let name = PlainText.short(path, most: 300)
        guard !path.utf8.contains(0) else { throw .cannotOpen(file: name, code: EINVAL) }
        let bare = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
        return try take(Glibc.open(path, flags), code: errno, name, bare)
    }

    /// - Parameter entry: a name in the folder, in bytes: it need not be UTF-8.
    static func open(_ entry: [UInt8], in folder: OpenFolder) throws(ModelFileError) -> OpenPlace {
        let bare = String(decoding: entry, as: UTF8.self)
        let name = PlainText.short("\(folder.name)/\(bare)", most: 300)
        let found = (entry + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { openat(folder.descriptor, $0.baseAddress!, flags) }
        }
        return try take(found, code: errno, name, bare)
    }

    /// The folder that a file lies in; nil where it can't be opened.
    static func parent(of path: String) -> OpenFolder? {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard case .folder(let folder)? = try? open(parent) else { return nil }
        return folder
    }

    /// A pipe without a writer would stop the caller, and a terminal become theirs.
    private static var flags: Int32 { O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY }

    private static func take(
        _ descriptor: Int32, code: Int32, _ name: String, _ bare: String
    ) throws(ModelFileError) -> OpenPlace {
        guard descriptor >= 0 else { throw .cannotOpen(file: name, code: code) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            let code = errno
            close(descriptor)
            throw .cannotOpen(file: name, code: code)
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG:
            return .file(OpenFile(name: name, bareName: bare, size: Int(info.st_size), descriptor: descriptor))
        case S_IFDIR: return .folder(OpenFolder(name: name, descriptor: descriptor))
        default:
            close(descriptor)
            throw .notAFile(file: name, kind: kind(info.st_mode & S_IFMT))
        }
    }

    private static func kind(_ type: mode_t) -> ModelFileError.Other {
        switch type {
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: .device
        }
    }
}
