package import Foundation
import FleetModel
import Glibc

/// What is written down about an environment when it is whole, in its own folder.
package struct EnvironmentRecord: Codable, Hashable, Sendable {
    package struct Package: Codable, Hashable, Sendable {
        package var name: String
        package var version: String
    }

    /// `3.11.2`.
    package var python: String
    /// The frameworks and what was asked for, in order of their names.
    package var packages: [Package]
    /// What was asked for, as it was given to pip.
    package var requirements: [String]
    package var notes: [String]
    package var createdAt: Date
    /// On the disk, when it was made.
    package var sizeBytes: Int64
}

/// An environment that Carrel made, as it lies there.
package struct FoundEnvironment: Hashable, Sendable {
    package let name: String
    package let folder: String
    package let record: EnvironmentRecord
    /// When its Python was last started, as the file system remembers: to about a day; nil: not known.
    package let lastUsed: Date?
}

/// The environments in one folder.
package struct EnvironmentShelf: Sendable {
    package let folder: String

    /// The largest record that is read.
    private static let longestRecord = 1 << 20

    package init(folder: String) { self.folder = folder }

    /// In order of their names; what is not whole is not there. A folder that can't be read has none.
    package var environments: [FoundEnvironment] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { EnvironmentPlace.isName($0) ? environment($0) : nil }
    }

    /// nil: there is none of this name that is whole.
    package func environment(_ name: String) -> FoundEnvironment? {
        guard EnvironmentPlace.isName(name) else { return nil }
        let path = "\(folder)/\(name)"
        guard let bytes = Self.read("\(path)/\(EnvironmentPlace.record)"),
            let record = try? Self.decoder.decode(EnvironmentRecord.self, from: bytes)
        else { return nil }
        return FoundEnvironment(
            name: name, folder: path, record: record, lastUsed: Self.lastUse(path, after: record.createdAt))
    }

    /// Python reads this file whenever it starts.
    private static func lastUse(_ path: String, after made: Date) -> Date? {
        var found = stat()
        guard lstat("\(path)/pyvenv.cfg", &found) == 0 else { return nil }
        let date = Date(timeIntervalSince1970: TimeInterval(found.st_atim.tv_sec))
        return date > made ? date : nil
    }

    /// A plain file of a sensible size: what lies there was made by whoever may write there.
    private static func read(_ path: String) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var found = stat()
        guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_size <= longestRecord else {
            return nil
        }
        return try? file.read(upToCount: longestRecord)
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
