import ArgumentParser
import FleetModel
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
            "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY", "SSL_CERT_FILE", "SSL_CERT_DIR",
            "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "PIP_CONFIG_FILE", "PIP_CACHE_DIR",
        ].contains(name)
            || name != "CARREL_TRIAL" && ["XDG_", "SSH_", "CONDA_", "DBUS_", "CARREL_"].contains { name.hasPrefix($0) }
    }

    /// Whether a user of no groups but one of the own number may make files there, by the folder's mode; of what can't be seen,
    /// nothing is said.
    static func mayWrite(in folder: String, as user: UInt32) -> Bool {
        var info = stat()
        guard stat(folder, &info) == 0 else { return true }
        let needed: mode_t = info.st_uid == user ? 0o300 : info.st_gid == user ? 0o030 : 0o003
        return info.st_mode & needed == needed
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
    /// - Parameters:
    ///   - folder: where it begins; nil: in the current folder, and on another machine in its user's own one there.
    ///   - warns: says where the work's user may not be able to write.
    func submit(
        _ given: NewRequest, in folder: String?, warns: Bool = true
    ) async throws(ClientError) -> RequestView {
        var request = given
        try await checkEnvironment(given.env)
        if case .url = address {
            request.environment = given.environment?.filter { !WorkHere.isOfThisMachine($0) }
            let own = try? await send(.get, "/v1/files/my?limit=1", nil, as: FileListView.self).folder
            request.directory = own ?? given.directory
        }
        if let folder { request.directory = folder.hasPrefix("/") ? folder : request.directory + "/" + folder }
        let view = try await submit(request)
        for warning in view.warnings ?? [] { Exit.say(warning.spoken) }
        // Who said what it holds wants to know what is made of it.
        if given.forecast != nil, warns, let lines = view.forecast?.rows {
            for line in lines { Exit.say(line.joined(separator: ": ")) }
        }
        if view.warnings?.contains(where: { !$0.fits }) ?? false, given.forecast != nil {
            let shared = view.gpus > 1 ? " Where the GPUs share it, say so: --fit '… --gpus \(view.gpus)'." : ""
            Exit.say(
                "Request \(view.id) goes on all the same; carrel plan fit names what to change, carrel return \(view.id) ends it."
                    + shared)
        }
        if warns, case .unixSocket = address, let user = view.runsAs, !WorkHere.mayWrite(in: request.directory, as: user) {
            Exit.say(
                "This work runs as the user \(user) and may not be able to write in \(request.directory.shown). Begin in a folder "
                    + "that is open to it, or ask as an ordinary user in one of theirs; carrel up --allow-root-work runs root's "
                    + "work as root.")
        }
        return view
    }

    /// Throws where there is no such environment, before a GPU is taken for what can't begin. On another machine only the one who
    /// starts the work sees the folders of its user.
    private func checkEnvironment(_ name: String?) async throws(ClientError) {
        guard let name, !name.contains("/"), case .unixSocket = address, !EnvironmentsHere.has(name) else { return }
        let all = try await get("/v1/environments", as: EnvironmentList.self).environments.map(\.name)
        guard !all.contains(name) else { return }
        let near = Likeness.nearest(to: name, in: all + EnvironmentsHere().own.map(\.name))
        throw .problem(
            Problem(
                "no-such-environment", title: "No such environment", status: 404,
                detail:
                    "There is no environment \(name.shown)\(near.isEmpty ? "." : "; did you mean \(near[0].shown)?") Nothing was "
                    + "asked for. `carrel env list` shows those there are, `carrel env create` makes one.", exitCode: 64))
    }

    private func submit(_ request: NewRequest) async throws(ClientError) -> RequestView {
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
