import FleetModel
import WireModel

extension Problem {
    init(_ refusal: BackupRefusal) {
        switch refusal {
        case .noRoom(let needed, let free):
            self.init(
                "no-room-for-backup", title: "No room for a copy", status: 507,
                detail: "A copy of the ledger is made on the ledger's own disk first. It needs "
                    + "\(MemoryBytes(needed).text) free there, with what is kept for leases that come back, and "
                    + "\(MemoryBytes(free).text) are. Nothing was changed. Free some room and try again.", exitCode: 1)
        case .underway:
            self.init(
                "backup-underway", title: "Another backup is being made", status: 409,
                detail: "One backup is made at a time, and another one has not arrived yet where it goes. Try again when "
                    + "it has.", exitCode: 1)
        }
    }
}
