import Foundation

/// The files of the repository that these tests are compiled from.
struct Repository: Sendable {
    let root: URL

    var name: String { root.path }

    /// The nearest folder above this file that has a `Package.swift`.
    static func containing(file: String = #filePath) throws -> Repository {
        var folder = URL(fileURLWithPath: file).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
                return Repository(root: folder)
            }
            folder.deleteLastPathComponent()
        }
        throw CheckFailure("there is no Package.swift above \(file)")
    }

    /// What is built or fetched is not the repository's.
    private static let skippedFolders: Set<String> = [
        ".build", ".git", ".swiftpm", "bin", "shared", "node_modules", "__pycache__",
    ]

    /// Every file, in order of the paths, from the root.
    func paths(under folder: String = "") -> [String] {
        var found: [String] = []
        var open = [folder]
        while let next = open.popLast() {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: next).path)) ?? []
            for name in names {
                let path = next.isEmpty ? name : "\(next)/\(name)"
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder) else {
                    continue
                }
                if !isFolder.boolValue {
                    found.append(path)
                } else if !Self.skippedFolders.contains(name) {
                    open.append(path)
                }
            }
        }
        return found.sorted()
    }

    /// A text file; nil: it is not text.
    func text(_ path: String) -> String? { try? String(contentsOf: root.appending(path: path), encoding: .utf8) }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appending(path: path).path) }

    /// The Swift files of `Sources` and `Tests`.
    func swiftFiles() -> [SourceFile] {
        ["Sources", "Tests"].flatMap { paths(under: $0) }.filter { $0.hasSuffix(".swift") }.compactMap { path in
            text(path).map { SourceFile(path: path, text: $0) }
        }
    }
}

/// The check itself could not be made.
struct CheckFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
