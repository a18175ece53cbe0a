import FleetModel
import Glibc

/// bubblewrap and carrel-init, as found when the launcher started.
struct SandboxProgram {
    let path: String
    let initPath: String
    /// Carrel's own program, where it lay at the start: an update puts a newer one there.
    let carrelPath: String
    let version: String
    /// It can bind a directory that is open, so that nobody exchanges a path in between.
    let bindsDescriptors: Bool

    static func find(_ configuration: LauncherConfiguration) throws(LauncherError) -> SandboxProgram {
        guard let path = configuration.sandboxProgram ?? inPath("bwrap"), access(path, X_OK) == 0 else {
            throw .sandboxProgramMissing
        }
        let own = Files.realPath("/proc/self/exe") ?? "/carrel"
        let initPath = configuration.initProgram ?? "\(own.parentFolder)/carrel-init"
        guard access(initPath, X_OK) == 0, let initPath = Files.realPath(initPath) else {
            throw .initProgramMissing(path: initPath)
        }
        let version = output(of: path, "--version"), help = output(of: path, "--help")
        return SandboxProgram(
            path: path, initPath: initPath, carrelPath: own, version: String(version.prefix { $0 != "\n" }),
            bindsDescriptors: help.contains("--bind-fd"))
    }

    private static func inPath(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        // Relative parts are left out: what runs as root must not depend on the current directory.
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// Before there is anything to serve, so that waiting harms nobody.
    private static func output(of program: String, _ argument: String) -> String {
        guard let stream = popen("exec '\(program)' \(argument) 2>&1", "r") else { return "" }
        defer { pclose(stream) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
