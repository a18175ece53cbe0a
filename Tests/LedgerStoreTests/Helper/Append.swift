import FleetTestKit
import Glibc
import LeaseLedger
import LedgerStore
import StoreFaults

extension StoreHelper {
    /// Appends the sample history from where the log ends, in batches that a seed decides.
    static func append() async throws {
        arm(when: "opening")
        let store: LedgerStore
        do throws(StoreError) {
            store = try LedgerStore.open(at: arguments["folder"], ballastBytes: 4096)
        } catch {
            say("cannotOpen \(error)")
            report()
            return
        }
        if arguments.number("mirror") == 1 { store_faults_mirror() }
        var writer = try await Writer(store: store, seed: UInt64(arguments.number("seed")))
        say("ready")
        arm(when: "appending")
        let batches = arguments.number("batches")
        for number in 1... where batches == 0 || number <= batches {
            guard let batch = writer.next() else { break }
            guard await writer.write(batch) else { return report() }
            if number % 4 == 0 {
                do throws(StoreError) { try await store.checkpoint(writer.state) } catch { say("noCheckpoint \(error)") }
            }
            if number == batches { break }
        }
        report()
        say("done")
    }

    static func arm(when phase: String) {
        guard arguments["phase"] == phase else { return }
        if arguments.number("limit") > 0 {
            var limit = rlimit(rlim_cur: rlim_t(arguments.number("limit")), rlim_max: rlim_t.max)
            guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { fatalError("no limit set") }
        } else {
            let call = arguments["fail"] == "sync" ? STORE_FAULT_SYNC : STORE_FAULT_WRITE
            store_faults_fail(call, arguments.number("at"), Int32(arguments.number("errno")))
        }
    }

    static func report() { if store_faults_fired() != 0 { say("fired") } }
}
