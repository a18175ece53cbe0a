import Foundation
import Glibc

/// What the work of a run leaves behind: the truth that the ledger is judged by. Nothing of Carrel writes here.
struct Evidence {
    let folder: String

    init() throws {
        folder = "/var/tmp/carrel-evidence-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        chmod(folder, 0o777)
    }

    func clear() { try? FileManager.default.removeItem(atPath: folder) }

    /// A shell script that notes its begin and its end, holds a lock for every device that it was given while it runs,
    /// and tells when somebody else held one.
    ///
    /// - Parameters:
    ///   - pause: seconds, as `sleep` takes them.
    ///   - stubborn: it takes the signal that asks it to end, and its time.
    func script(key: String, exit code: Int, pause: String, stubborn: Bool) -> String {
        """
        cd \(folder); echo begin; echo begin >> \(key).marks; chmod 666 \(key).marks
        \(stubborn ? "trap 'sleep 0.3; echo asked; exit 5' TERM" : "")
        file=2
        for uuid in $(echo "$CARREL_GPU_UUIDS" | tr , ' '); do
            file=$((file + 1))
            (umask 0; : >> "$uuid.lock")
            eval "exec $file>>$uuid.lock"
            flock -n $file || echo "\(key) met another holder of $uuid" >> collisions
        done
        \(stubborn ? "i=0; while [ $i -lt \(pause)0 ]; do sleep 0.1; i=$((i + 1)); done" : "sleep \(pause)")
        echo end >> \(key).marks; echo end; exit \(code)
        """
    }

    private func text(_ name: String) -> String { (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "" }

    func begins(_ key: String) -> Int { text("\(key).marks").split(separator: "\n").count { $0 == "begin" } }
    func ends(_ key: String) -> Int { text("\(key).marks").split(separator: "\n").count { $0 == "end" } }
    var collisions: [String] { text("collisions").split(separator: "\n").map(String.init) }
}
