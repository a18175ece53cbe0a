import Foundation
import Glibc

/// An environment that Carrel did not make.
package struct ForeignEnvironment: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case venv
        case conda
    }

    package let kind: Kind
    package let folder: String
    /// `3.11.2`; nil: it does not say.
    package let python: String?

    /// Found where people keep them: virtual environments below the usual folders, conda's by its own list.
    /// - Parameters:
    ///   - home: the user's.
    ///   - here: the current folder.
    package static func find(home: String, here: String) -> [ForeignEnvironment] {
        var folders: [String] = [here + "/.venv", here + "/venv"]
        for parent in [
            ".virtualenvs", "venvs", ".venvs", "envs", "miniconda3/envs", "anaconda3/envs", "miniforge3/envs",
            "mambaforge/envs", ".conda/envs",
        ] {
            let path = "\(home)/\(parent)"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            folders += names.sorted().prefix(mostInOneFolder).map { "\(path)/\($0)" }
        }
        let list = (try? String(contentsOfFile: "\(home)/.conda/environments.txt", encoding: .utf8)) ?? ""
        folders += list.split(separator: "\n").prefix(mostInOneFolder).map(String.init).filter { $0.hasPrefix("/") }
        var seen: Set<String> = []
        return folders.compactMap { look(at: $0) }.filter { seen.insert($0.folder).inserted }
    }

    private static let mostInOneFolder = 200

    /// nil: there is none in this folder.
    package static func look(at folder: String) -> ForeignEnvironment? {
        guard access("\(folder)/bin/python", X_OK) == 0 else { return nil }
        if let text = try? String(contentsOfFile: "\(folder)/pyvenv.cfg", encoding: .utf8) {
            return ForeignEnvironment(kind: .venv, folder: folder, python: version(text))
        }
        var found = stat()
        guard stat("\(folder)/conda-meta", &found) == 0 else { return nil }
        return ForeignEnvironment(kind: .conda, folder: folder, python: condaVersion(folder))
    }

    /// `version = 3.11.2`, or `version_info = 3.11.2.final.0` as virtualenv writes it.
    static func version(_ configuration: String) -> String? {
        for line in configuration.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, ["version", "version_info"].contains(parts[0]) else { continue }
            return parts[1].split(separator: ".").prefix(3).joined(separator: ".")
        }
        return nil
    }

    /// conda writes down each package in a file of its name and version: `python-3.11.2-h123_0.json`.
    private static func condaVersion(_ folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/conda-meta")) ?? []
        let parts = names.first { $0.hasPrefix("python-3") && $0.hasSuffix(".json") }?.split(separator: "-")
        return parts.flatMap { $0.count > 1 ? String($0[1]) : nil }
    }
}
