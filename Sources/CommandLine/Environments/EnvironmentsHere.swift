import Environments
import FleetModel
import Foundation
import WireModel

/// The environments that this user has on this machine, and those that others left for them.
struct EnvironmentsHere {
    let home: String
    let here: String

    init() {
        home = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
        here = FileManager.default.currentDirectoryPath
    }

    /// Made with Carrel.
    var own: [EnvironmentView] {
        guard let folder = OwnFolder.path(variables: ProcessInfo.processInfo.environment) else { return [] }
        return EnvironmentShelf(folder: folder).environments.map { EnvironmentView($0, isShared: false) }
    }

    /// Whether the user has one of this name, or one that is just being made.
    static func has(_ name: String) -> Bool {
        guard let folder = OwnFolder.path(variables: ProcessInfo.processInfo.environment) else { return false }
        return FileManager.default.fileExists(atPath: folder + "/" + name)
    }

    /// Made otherwise.
    var foreign: [EnvironmentView] {
        ForeignEnvironment.find(home: home, here: here).map { EnvironmentView($0) } + modules
    }

    /// As `module avail` finds them: files below the folders of MODULEPATH.
    private var modules: [EnvironmentView] {
        let folders = (ProcessInfo.processInfo.environment["MODULEPATH"] ?? "").split(separator: ":").map(String.init)
        return folders.flatMap { folder in
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            return names.sorted().prefix(500).compactMap { name -> EnvironmentView? in
                var isFolder: ObjCBool = false
                let path = "\(folder)/\(name)"
                guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                    FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
                else { return nil }
                let shown = name.hasSuffix(".lua") ? String(name.dropLast(4)) : name
                return EnvironmentView(name: shown, kind: "module", shared: false, folder: path)
            }
        }
    }
}
