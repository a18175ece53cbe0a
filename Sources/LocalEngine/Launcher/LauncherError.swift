/// Why `carrel up` can't go on. Each says what to do.
package enum LauncherError: Error, Hashable, Sendable {
    case dataDirectory(path: String, detail: String)
    /// Another time it may be: the disk is full, a file server does not answer.
    case dataDirectoryAway(path: String, detail: String)
    case socketPathTooLong(path: String, length: Int)
    case alreadyRunning(path: String, pid: Int32?)
    case sandboxProgramMissing
    case initProgramMissing(path: String)
    case serverNotExecutable(path: String, detail: String)
    case serverKeepsDying(deaths: Int, last: String)
    case system(detail: String)

    /// What `carrel up` exits with: whether starting it again may help.
    package var exitStatus: Int32 {
        switch self {
        case .dataDirectory, .socketPathTooLong, .sandboxProgramMissing, .initProgramMissing, .serverNotExecutable:
            Launcher.configurationErrorStatus
        case .dataDirectoryAway, .alreadyRunning, .serverKeepsDying, .system: Launcher.tryAgainStatus
        }
    }

    /// For standard error: what happened, what was kept, what to do next.
    package var message: String {
        switch self {
        case .dataDirectory(let path, let detail):
            "The data directory \(path) can't be used: \(detail). Nothing was changed. "
                + "Choose another one with --data-dir, or mend its rights."
        case .dataDirectoryAway(let path, let detail):
            "The data directory \(path) can't be used now: \(detail). What was there is kept, and work that runs goes on. "
                + "Start Carrel again when that has passed."
        case .socketPathTooLong(let path, let length):
            "The socket's path \(path) has \(length) bytes, and a Unix socket takes at most "
                + "\(DataDirectory.longestSocketPath). Choose a shorter --data-dir."
        case .alreadyRunning(let path, let pid):
            "Carrel is already running on \(path)" + (pid.map { " (process \($0))" } ?? "")
                + ". Use that one, stop it first, or choose another --data-dir."
        case .sandboxProgramMissing:
            "bubblewrap (bwrap) was not found, and work runs in its sandbox. Install it: apt-get install bubblewrap"
        case .initProgramMissing(let path):
            "\(path) was not found or can't be executed. It belongs beside the carrel program: install both together."
        case .serverNotExecutable(let path, let detail):
            "The server \(path) can't be started: \(detail). Work that runs goes on."
        case .serverKeepsDying(let deaths, let last):
            "The server died \(deaths) times within a minute (the last time it \(last)); it is not started again. "
                + "Work that runs goes on, and the next `carrel up` finds it. See the messages above for the reason."
        case .system(let detail):
            "The launcher can't go on: \(detail). Work that runs goes on, and the next `carrel up` finds it."
        }
    }
}
