import CheckoutService
import FleetModel
import LeaseLedger
import WireModel

extension MetricsText {
    /// Everything that there is to read, of one moment.
    static func text(_ service: CheckoutService) -> String {
        let views = ViewMaker(service)
        var text = MetricsText()
        text.addDevices(views)
        text.addPool(views)
        text.addLeases(views)
        text.addReturns(service.returnTimes)
        text.addServer(service)
        return text.finished
    }

    private mutating func addPool(_ views: ViewMaker) {
        let list = views.deviceList, totals = PoolTotals(list.devices, waiting: list.waiting)
        begin("carrel_devices", .gauge, "Devices by state.")
        for state in [
            "free", "leased", "reserved", "outside", "cordoned", "quarantined", "missing", "frozen", "out of contact",
        ] {
            add("", [("state", state)], Int64(list.devices.count { $0.state == state }))
        }
        begin("carrel_devices_unused", .gauge, "Devices that are held, and that nothing ran on in the newest minute.")
        add("", [], Int64(totals.unused))
        begin("carrel_unused_power_watts", .gauge, unit: "watts", "What devices draw that are held and unused.")
        if let watts = totals.unusedPowerWatts { add("", [], watts) }
        begin("carrel_cores_free", .gauge, "Cores that leases can still have.")
        for node in list.nodes { add("", [("node", node.name)], node.coresFree) }
        begin("carrel_memory_free_bytes", .gauge, unit: "bytes", "Memory that leases can still have.")
        for node in list.nodes { add("", [("node", node.name)], node.memoryFreeBytes) }
        begin("carrel_node_reachable", .gauge, "1: the node answers.")
        for node in list.nodes { add("", [("node", node.name)], node.contact == "known" ? 1 : 0 as Int64) }
        begin("carrel_requests_waiting", .gauge, "Requests that wait.")
        add("", [], Int64(totals.waiting))
    }

    private mutating func addLeases(_ views: ViewMaker) {
        let leases = views.state.liveLeases
        begin("carrel_leases", .gauge, "Leases that hold something, by phase.")
        for phase in LeasePhase.allCases where phase.isLive {
            add("", [("phase", phase.rawValue)], Int64(leases.count { $0.lease.phase == phase }))
        }
        begin("carrel_lease", .info, "Who holds which device; join it with the devices' numbers by UUID.")
        for (id, record, lease) in leases {
            for key in lease.allocation.devices {
                add(
                    "_info",
                    [
                        ("lease", "\(id)"), ("UUID", key.name), ("user", record.user.name), ("team", record.team.name),
                        ("kind", record.kind.rawValue), ("node", lease.allocation.node.name),
                    ], 1 as Int64)
            }
        }
        begin("carrel_lease_end_timestamp_seconds", .gauge, unit: "seconds", "When a lease ends, since 1970.")
        for (id, _, lease) in leases {
            let end = lease.endsAt + views.wallAhead
            add("", [("lease", "\(id)")], Double(end.milliseconds) / 1_000)
        }
    }

    private mutating func addReturns(_ times: ReturnTimes) {
        let counted = times.counted
        begin(
            "carrel_return_seconds", .histogram, unit: "seconds",
            "From the end of work to the moment at which its devices were offered again, since the server's start.")
        for (bound, count) in zip(ReturnTimes.bounds, counted.cumulative) {
            let seconds = Double(bound.milliseconds) / 1_000
            add("_bucket", [("le", "\(seconds)")], count)
        }
        add("_bucket", [("le", "+Inf")], counted.count)
        add("_sum", [], Double(counted.sum.milliseconds) / 1_000)
        add("_count", [], counted.count)
        begin("carrel_leases_ended", .counter, "Leases that ended since the server's start, by reason.")
        for reason in ReturnTimes.reasons {
            add("_total", [("reason", reason.word)], counted.byReason[reason] ?? 0)
        }
    }

    private mutating func addServer(_ service: CheckoutService) {
        begin("carrel_ledger_events", .counter, "Events that were ever appended to the ledger.")
        add("_total", [], service.state.sequence)
        begin("carrel_telemetry_failing", .gauge, "1: the history of use can't be written now; nothing else is affected.")
        add("", [], service.telemetry.failure == nil ? 0 : 1 as Int64)
        begin("carrel_build", .info, "What runs.")
        add("_info", [("version", CarrelVersion.text)], 1 as Int64)
    }
}
