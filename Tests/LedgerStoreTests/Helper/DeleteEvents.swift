import FleetModel
import LedgerStore

extension StoreHelper {
    /// Deletes the events before a time, in milliseconds.
    static func deleteEvents() async throws {
        let store = try LedgerStore.open(at: arguments["folder"], ballastBytes: 4096)
        say("ready")
        arm(when: "deleting")
        let time = Timestamp(milliseconds: Int64(arguments.number("before")))
        do throws(StoreError) {
            say("deleted \(try await store.deleteEvents(before: time))")
        } catch { say("failed \(error)") }
        report()
    }
}
