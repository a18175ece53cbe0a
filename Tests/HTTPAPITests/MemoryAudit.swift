import Accounts
import FleetModel

/// Who did what, in memory.
actor MemoryAudit: AuditStorage {
    private var all: [AuditEntry] = []

    func addAudit(_ entries: [AuditEntry]) {
        for entry in entries {
            var entry = entry
            entry.id = Int64(all.count + 1)
            all.append(entry)
        }
    }

    func audit(before: Int64?, limit: Int, user: UserName?, act: String?) -> [AuditEntry] {
        let found = all.reversed().filter { entry in
            (before.map { entry.id < $0 } ?? true) && (user == nil || entry.user == user)
                && (act.map { entry.act == $0 || entry.act.hasPrefix($0 + ".") } ?? true)
        }
        return Array(found.prefix(limit))
    }
}
