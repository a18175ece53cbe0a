package import FleetModel

/// Programs that may be on a device that nobody has leased: the driver's daemons and what draws the screen.
///
/// A name proves little, since anybody may give a program any name, and whoever starts a display server may have it load what
/// they like. So each is allowed only for the accounts that run it: root, those of daemons and of display managers, and whom an
/// administrator names.
package struct AllowedPrograms: Hashable, Codable, Sendable {
    /// One of them.
    package struct Entry: Hashable, Codable, Sendable {
        /// The file's name, without its folder.
        package let program: String
        /// Who may run it; nil: anybody.
        package let users: [String]?

        package init(_ program: String, by users: [String]? = nil) {
            self.program = program
            self.users = users
        }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// Those of display managers, which show the screen at which users log in.
    private static let displayManagers = [
        "root", "gdm", "gdm-greeter", "Debian-gdm", "sddm", "lightdm", "greeter",
    ]

    package static let usual = AllowedPrograms([
        Entry("nvidia-persistenced", by: ["root", "nvidia-persistenced"]),
        Entry("nv-hostengine", by: ["root", "nvidia-dcgm"]),
        Entry("dcgm-exporter", by: ["root", "nvidia-dcgm"]),
        Entry("nv-fabricmanager", by: ["root"]),
        Entry("Xorg", by: displayManagers), Entry("Xwayland", by: displayManagers),
        Entry("gnome-shell", by: displayManagers), Entry("kwin_wayland", by: displayManagers),
    ])

    /// The same and one more: `gnome-shell=alice,bob`. nil: it is not written like that.
    package func adding(_ text: String) -> AllowedPrograms? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let program = parts.first, !program.isEmpty, !program.contains("/") else { return nil }
        // For everybody it would be a way past the check: such programs load what their user likes.
        guard parts.count == 2 else { return nil }
        let users = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard users.allSatisfy({ !$0.isEmpty }) else { return nil }
        return AllowedPrograms(entries + [Entry(program, by: users)])
    }

    /// Whether the process is one of them. Without its command it is not; a user that is not known counts as the right one.
    package func contains(_ process: DeviceProcess) -> Bool {
        guard let name = process.programName else { return false }
        return entries.contains { entry in
            guard Self.isSame(name, entry.program) else { return false }
            guard let users = entry.users, let user = process.user else { return true }
            return users.contains(user)
        }
    }

    /// The kernel cuts the names of processes after 15 bytes.
    private static func isSame(_ name: String, _ program: String) -> Bool {
        name == program || name.utf8.count == 15 && program.utf8.count > 15 && program.hasPrefix(name)
    }
}

extension DeviceProcess {
    /// `python3` of `/usr/bin/python3 train.py`.
    package var programName: String? {
        guard let path = command?.split(separator: " ").first else { return nil }
        return path.split(separator: "/").last.map(String.init)
    }
}

/// Processes in a sentence.
enum ProcessWords {
    static let mostNamed = 4

    /// `4711 (python, alice), 4712 (python, alice) and 3 more`.
    static func list(_ processes: [DeviceProcess]) -> String {
        let named = processes.prefix(mostNamed).map { process in
            let about = [process.programName, process.user].compactMap(\.self).joined(separator: ", ")
            return about.isEmpty ? "process \(process.pid)" : "process \(process.pid) (\(about))"
        }
        let rest = processes.count - named.count
        return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
