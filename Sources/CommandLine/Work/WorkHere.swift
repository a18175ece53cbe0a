import ArgumentParser
import Foundation
import Glibc
import WireClient
import WireModel

/// What work takes along from where it is asked for.
struct WorkHere {
    let directory: String
    let environment: [String]

    /// What tells of the user's own terminal, and not of the work's: programs would believe these rather than what they see.
    private static let ofTheTerminal = ["LINES", "COLUMNS", "TMUX", "TMUX_PANE", "STY", "WINDOW", "SSH_TTY", "GPG_TTY"]

    /// - Parameter onTerminal: the work gets a terminal of its own.
    init(onTerminal: Bool = false) throws {
        guard let directory = Self.currentDirectory else {
            Exit.say("the current folder is not there any more; go to one that exists and run it again")
            // As where the server finds that the work's folder is gone.
            throw ExitCode(126)
        }
        self.directory = directory
        let variables = ProcessInfo.processInfo.environment.filter {
            $0.key != "CARREL_TOKEN" && !(onTerminal && Self.ofTheTerminal.contains($0.key))
        }
        environment = variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// What tells of this machine: where its programs and folders are. Another one has its own.
    static func isOfThisMachine(_ variable: String) -> Bool {
        let name = variable.prefix { $0 != "=" }
        return [
            "HOME", "PATH", "PWD", "OLDPWD", "SHELL", "USER", "LOGNAME", "MAIL", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD",
            "PYTHONHOME",
            "PYTHONPATH", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY",
        ].contains(name) || ["XDG_", "SSH_", "CONDA_", "DBUS_", "CARREL_"].contains { name.hasPrefix($0) }
    }

    /// nil: it has been deleted.
    private static var currentDirectory: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}

extension CheckoutClient {
    /// Asks with a key of its own, so that asking again after a break can't make two requests.
    ///
    /// - Parameter folder: where it begins; nil: in the current folder, and on another machine in its user's own one there.
    func submit(_ given: NewRequest, in folder: String?) async throws(ClientError) -> RequestView {
        var request = given
        if case .url = address {
            request.environment = given.environment?.filter { !WorkHere.isOfThisMachine($0) }
            let own = try? await send(.get, "/v1/files/my?limit=1", nil, as: FileListView.self).folder
            request.directory = own ?? given.directory
        }
        if let folder { request.directory = folder.hasPrefix("/") ? folder : request.directory + "/" + folder }
        let key = UUID().uuidString
        var tries = 0
        while true {
            do throws(ClientError) {
                return try await send(
                    .post, "/v1/requests", request, as: RequestView.self, headers: ["idempotency-key": key])
            } catch {
                guard case .interrupted = error, tries < 50 else { throw error }
                tries += 1
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
