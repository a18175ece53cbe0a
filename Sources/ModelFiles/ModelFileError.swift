/// Why a model's file says nothing that can be relied on. Texts from the file are fit to show: see `PlainText`.
package enum ModelFileError: Error, Equatable, Sendable {
    /// - Parameter code: `errno`.
    case cannotOpen(file: String, code: Int32)
    case cannotRead(file: String, offset: Int, code: Int32)
    case notAFile(file: String, kind: Other)
    case empty(file: String)
    /// - Parameter start: its first bytes, 8 at most.
    case unknownFormat(file: String, start: [UInt8])
    case pickle(file: String)
    /// Git's note of where the file is, in place of the file.
    case pointer(file: String)
    /// - Parameter size: where the file, or the part of it that was being read, ends.
    case truncated(file: String, offset: Int, needs: Int, size: Int)
    case tooLarge(file: String, what: Part, found: UInt64, most: Int)
    case tooMany(file: String, what: Part, found: Int, most: Int)
    case malformed(file: String, offset: Int, expected: String, found: String)
    case unsupported(file: String, what: Unsupported)
    /// Its size is more than a machine can count.
    case overflow(file: String, tensor: String)
    /// Its type and shape make another number of bytes than the file keeps for it.
    case wrongBytes(file: String, tensor: String, found: Int, expected: Int)
    /// Bytes are from the beginning of the file.
    case outside(file: String, tensor: String, end: Int, size: Int)
    case overlap(file: String, tensor: String, begin: Int, previousEnd: Int)
    /// Bytes that belong to no tensor.
    case hole(file: String, begin: Int, end: Int)
    case twice(file: String, name: String)
    case missingParts(folder: String, missing: [String], of: Int)
    case noModel(folder: String)
    /// Several models lie there.
    case several(folder: String, names: [String])
    /// Stable Diffusion's layout: a model in each of several folders.
    case pipeline(folder: String)

    package enum Other: String, Sendable, Equatable { case pipe, socket, device, folder }

    package enum Part: String, Sendable, Equatable {
        case header, string, name, tensors, keys, fields, dimensions, depth, configuration, index, entries, parts
    }

    package enum Unsupported: Sendable, Equatable {
        case ggufVersion(UInt32)
        case bigEndian
    }
}
