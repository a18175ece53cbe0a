import ArgumentParser
import Foundation
import Glibc
import WireModel

/// Servers on other machines, with a token for each, in a file that only its user can read.
struct Logins: Codable {
    struct Login: Codable {
        let url: String
        let token: String
        let user: String
    }

    /// The one that was logged in at last is the first.
    private var logins: [Login] = []

    /// nil: the last one.
    func login(_ url: String?) -> Login? {
        guard let url else { return logins.first }
        return logins.first { $0.url == url }
    }

    mutating func keep(_ login: Login) {
        forget(login.url)
        logins.insert(login, at: 0)
    }

    mutating func forget(_ url: String) { logins.removeAll { $0.url == url } }

    static var file: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/carrel/logins.json" }
        return (environment["HOME"] ?? "/nonexistent") + "/.config/carrel/logins.json"
    }

    /// None where there is no file. Refuses one that others could have written or read.
    static func read() throws -> Logins {
        var status = stat()
        guard lstat(file, &status) == 0 else { return Logins() }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            Exit.say(
                "\(file) holds tokens, and others can read it, or it is not your own: it was not used. Make it yours alone "
                    + "with chmod 600, or delete it.")
            throw ExitCode(78)
        }
        guard let data = FileManager.default.contents(atPath: file),
            let logins = try? JSONDecoder().decode(Logins.self, from: data)
        else {
            Exit.say("\(file) can't be read, and was left as it is. Delete it, and log in again.")
            throw ExitCode(78)
        }
        return logins
    }

    /// Whole or not at all: under another name first, which nobody else can open.
    func write() throws {
        let file = Self.file, folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(self)
        let fresh = "\(file).\(getpid())"
        unlink(fresh)
        let descriptor = open(fresh, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard descriptor >= 0, (try? handle.write(contentsOf: data)) != nil, (try? handle.synchronize()) != nil,
            rename(fresh, file) == 0
        else {
            let reason = String(cString: strerror(errno))
            unlink(fresh)
            Exit.say("The login can't be kept in \(file) (\(reason)). Nothing was changed.")
            throw ExitCode(73)
        }
    }
}

/// What people give to `carrel login`: an address, or a whole sign-in link.
struct LoginAddress {
    /// `http://gpu-1:8642`.
    let base: String
    let ticket: String?

    init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil
        else {
            throw ValidationError("“\(text.shown)” is no server's address; write http://gpu-1:8642, or the sign-in link.")
        }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host.lowercased()
        base = "\(scheme)://\(name)" + (parts.port.map { ":\($0)" } ?? "")
        ticket = parts.queryItems?.first { $0.name == "ticket" }?.value
    }

    /// Nobody on the way can read along.
    var isPrivate: Bool {
        base.hasPrefix("https:") || ["http://127.", "http://localhost", "http://[::1]"].contains { base.hasPrefix($0) }
    }
}
