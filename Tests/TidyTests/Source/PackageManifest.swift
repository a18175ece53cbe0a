import Foundation

/// What `Package.swift` says, as SwiftPM itself evaluates it.
///
/// `swift package dump-package` and not `describe`: it reads the manifest alone, needs no dependency and no network, and
/// takes half a second. Its scratch path is elsewhere, since the one in use is locked while tests run.
struct PackageManifest: Decodable {
    struct Target: Decodable {
        let name: String
        /// `regular`, `executable`, `test`, `system`, `plugin`.
        let type: String
        /// nil: the usual folder.
        let path: String?
        let dependencies: [Dependency]

        /// A program that tests start, or a library only for them: it lies among the tests and not in the product.
        var isHelperOfTests: Bool { type != "test" && (path ?? "").hasPrefix("Tests/") }
    }

    enum Dependency: Decodable, Equatable {
        case target(String)
        case product(String)

        private enum Key: String, CodingKey { case byName, target, product }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            guard let key = container.allKeys.first else { throw CheckFailure("an unknown kind of dependency") }
            var values = try container.nestedUnkeyedContainer(forKey: key)
            let name = try values.decode(String.self)
            self = key == .product ? .product(name) : .target(name)
        }
    }

    let targets: [Target]

    static func read(_ repository: Repository) throws -> PackageManifest {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "carrel-tidy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", repository.root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let json = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CheckFailure(
                "`swift package dump-package` ended with \(process.terminationStatus); is swift in PATH? It said: "
                    + String(decoding: said, as: UTF8.self))
        }
        return try JSONDecoder().decode(PackageManifest.self, from: json)
    }
}
