import FleetModel
package import Foundation
import Glibc
import SoftwareStack

/// Makes an environment where it will lie, since the scripts in it hold their own paths. What tells that it is whole is
/// written last; whoever tries again clears what was left before that.
package struct EnvironmentBuilder {
    private let order: EnvironmentOrder
    private let folder: String
    private let variables: [String: String]
    /// Where the kernel tells of NVIDIA's driver.
    private let driverFile: String
    private let log: FileHandle?
    private let say: (String) -> Void

    /// - Parameters:
    ///   - variables: the work's.
    ///   - ownFolder: where the user's own ones lie; nil: there is no such place.
    ///   - log: where the words of Python and pip go; nil: where this process's go.
    ///   - say: told each step.
    package init(
        _ order: EnvironmentOrder, variables: [String: String] = ProcessInfo.processInfo.environment,
        ownFolder: String?, driverFile: String = "/proc/driver/nvidia/version",
        log: FileHandle? = nil, say: @escaping (String) -> Void
    ) throws(EnvironmentTrouble) {
        guard EnvironmentPlace.isName(order.name) else { throw .notAName(order.name) }
        self.order = order
        self.variables = variables
        self.driverFile = driverFile
        self.log = log
        self.say = say
        if let shared = order.sharedFolder {
            folder = shared
        } else {
            guard let own = ownFolder else { throw .noHome }
            folder = "\(own)/\(order.name)"
        }
    }

    /// Makes or removes it.
    package func run() throws(EnvironmentTrouble) {
        switch order.action {
        case .create: try create()
        case .remove: try remove()
        }
    }

    private func create() throws(EnvironmentTrouble) {
        let recipe: EnvironmentRecipe
        do throws(EnvironmentRecipe.Fault) { recipe = try EnvironmentRecipe(order.wishes, driver: driver) } catch {
            throw .recipe(error)
        }
        let python = try findPython()
        try checkSource()
        try makeParents()
        let lock = try EnvironmentLock(folder, name: order.name)
        defer { _ = lock }
        if isWhole { throw .exists(name: order.name) }
        try clear()
        do throws(EnvironmentTrouble) {
            try install(recipe, python)
        } catch {
            let free = freeBytes
            try? clear()
            removeFolder()
            throw free < 100_000_000 ? .diskFull(folder: folder, freeBytes: free) : error
        }
    }

    private func install(_ recipe: EnvironmentRecipe, _ python: String) throws(EnvironmentTrouble) {
        for note in recipe.notes { say(note) }
        say("Making the environment \(order.name) in \(folder) with \(python).")
        // Not /tmp, which is memory in a sandbox.
        let scratch = "\(folder)/.carrel-scratch"
        guard mkdir(scratch, 0o700) == 0 else { throw .system(doing: "make \(scratch)", code: errno) }
        var environment = variables.filter {
            !["PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_USER"].contains($0.key)
        }
        environment["TMPDIR"] = scratch
        environment["PIP_REQUIRE_VIRTUALENV"] = "1"
        if order.wheelhouse != nil {
            // From nowhere else, whatever the machine's own settings name.
            environment = environment.filter { !$0.key.hasPrefix("PIP_") }
            environment["PIP_CONFIG_FILE"] = "/dev/null"
        }
        guard ChildProgram(words: [python, "-I", "-m", "venv", folder], environment: environment).run(log: log) == 0 else {
            throw .noVenv(python: python)
        }
        let own = "\(folder)/bin/python"
        say("Installing \(recipe.requirements.joined(separator: ", ")).")
        // Isolated, as above: what lies in the current folder is no part of either.
        let pip = [own, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        let source = order.wheelhouse.map { ["--no-index", "--find-links", $0] } ?? []
        guard ChildProgram(words: pip + source + ["--"] + recipe.requirements, environment: environment).run(log: log) == 0,
            let found = installed(own, environment)
        else { throw .notInstalled(requirements: recipe.requirements, python: python) }
        try? FileManager.default.removeItem(atPath: scratch)
        let wanted = Set(recipe.requirements.map(Self.packageName))
        let record = EnvironmentRecord(
            python: found.python,
            packages: found.packages.filter { wanted.contains(Self.packageName($0.name)) }.sorted { $0.name < $1.name },
            requirements: recipe.requirements, notes: recipe.notes, createdAt: Date(), sizeBytes: size)
        do { try write(record) } catch { throw .system(doing: "write \(folder)/\(EnvironmentPlace.record)", code: EIO) }
        say("The environment \(order.name) is ready: carrel run --env \(order.name) -- python …")
    }

    private func write(_ record: EnvironmentRecord) throws {
        let path = "\(folder)/\(EnvironmentPlace.record)"
        try EnvironmentShelf.encoder.encode(record).write(to: URL(fileURLWithPath: path), options: .atomic)
        chmod(path, 0o644)
    }

    private func remove() throws(EnvironmentTrouble) {
        var found = stat()
        guard lstat(folder, &found) == 0, order.sharedFolder == nil || isWhole else { throw .missing(name: order.name) }
        let lock = try EnvironmentLock(folder, name: order.name)
        defer { _ = lock }
        // First what says that it is whole: from here on it is not there.
        unlink("\(folder)/\(EnvironmentPlace.record)")
        try clear()
        removeFolder()
        say("The environment \(order.name) is removed.")
    }

    // MARK: - What is there

    private var isWhole: Bool {
        let url = URL(fileURLWithPath: folder)
        return EnvironmentShelf(folder: url.deletingLastPathComponent().path).environment(url.lastPathComponent) != nil
    }

    private var driver: DriverVersion? {
        (try? String(contentsOfFile: driverFile, encoding: .utf8)).flatMap { DriverVersion(procText: $0) }
    }

    private func findPython() throws(EnvironmentTrouble) -> String {
        if let asked = order.python {
            guard asked.hasPrefix("/"), access(asked, X_OK) == 0 else { throw .noPython(asked: asked) }
            return asked
        }
        let folders = (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").filter {
            $0.hasPrefix("/")
        }
        let programs = folders.map { folder -> String in "\(folder)/python3" }
        guard let found = programs.first(where: { access($0, X_OK) == 0 }) else {
            throw .noPython(asked: nil)
        }
        return found
    }

    /// Before anything is made: pip would try for minutes.
    private func checkSource() throws(EnvironmentTrouble) {
        if let wheels = order.wheelhouse {
            guard access(wheels, R_OK | X_OK) == 0 else { throw .wheelhouseMissing(path: wheels) }
            return
        }
        let ways = ["PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        if !NetworkFacts.hasWayOut, !ways.contains(where: { variables[$0] != nil }) { throw .noNetwork }
    }

    private func makeParents() throws(EnvironmentTrouble) {
        guard order.sharedFolder == nil else { return }
        let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        do { try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true) } catch {
            throw .notOurs(folder: parent)
        }
    }

    /// Everything but the lock.
    private func clear() throws(EnvironmentTrouble) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name != EnvironmentPlace.lock {
            do { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") } catch {
                throw .system(doing: "delete \(folder)/\(name)", code: EACCES)
            }
        }
    }

    /// A shared one's stays, empty: its folder is mounted, and belongs to the launcher's.
    private func removeFolder() {
        unlink("\(folder)/\(EnvironmentPlace.lock)")
        rmdir(folder)
    }

    private var freeBytes: Int64 {
        var found = statvfs()
        guard statvfs(folder, &found) == 0 else { return .max }
        return Int64(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
    }

    private var size: Int64 {
        guard let all = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var sum: Int64 = 0
        for case let path as String in all {
            var found = stat()
            if lstat("\(folder)/\(path)", &found) == 0 { sum += Int64(found.st_blocks) * 512 }
        }
        return sum
    }

    // MARK: - What was installed

    private struct Installed: Decodable {
        let python: String
        let packages: [EnvironmentRecord.Package]
    }

    private static let question = """
        import importlib.metadata as m, json, platform
        print(json.dumps({"python": platform.python_version(), "packages": [
            {"name": d.metadata["Name"], "version": d.version} for d in m.distributions() if d.metadata["Name"]]}))
        """

    private func installed(_ python: String, _ environment: [String: String]) -> Installed? {
        ChildProgram(words: [python, "-I", "-c", Self.question], environment: environment).output().flatMap {
            try? JSONDecoder().decode(Installed.self, from: $0)
        }
    }

    /// As packages are compared: `Foo_Bar[x]>=1` is `foo-bar`.
    static func packageName(_ requirement: String) -> String {
        let name = requirement.prefix { $0.isLetter || $0.isNumber || "._-".contains($0) }.lowercased()
        return name.split(whereSeparator: { "._-".contains($0) }).joined(separator: "-")
    }
}
