import FleetModel
import Foundation

extension AccountNames {
    /// Those of some names that no account of this machine has. One that could not be looked up in time is not among them:
    /// nothing is said of what is not known.
    func unknown(among names: [UserName]) async -> [UserName] {
        guard !names.isEmpty, beginLookUp() else { return [] }
        let (answers, answer) = AsyncStream.makeStream(of: [UserName].self, bufferingPolicy: .bufferingNewest(1))
        let patience = patience
        Thread.detachNewThread {
            var missing: [UserName] = []
            for name in names where Self.isUnknown(name.name) {
                missing.append(name)
                answer.yield(missing)
            }
            answer.finish()
            Task { await self.endLookUp() }
        }
        let deadline = Task {
            try? await Task.sleep(for: patience)
            answer.finish()
        }
        defer { deadline.cancel() }
        var found: [UserName] = []
        for await missing in answers { found = missing }
        return found
    }

    /// True only when the account database says so.
    static func isUnknown(_ name: String) -> Bool {
        // What users without an account are called.
        if name.hasPrefix("uid-"), UInt32(name.dropFirst(4)) != nil { return false }
        let (code, number) = entry({ getpwnam_r(name, $0, $1, $2, $3) }, \.pw_uid)
        return number == nil && [0, ENOENT, ESRCH].contains(code)
    }
}
