import FleetModel
import LeaseLedger

extension TableRunner {
    mutating func grant(_ arguments: inout TableArguments) throws -> TableAnswer {
        try command(.adopt(Plan(grants: [oneGrant(&arguments)])))
    }

    /// `plan 1 n1:0,1; 2 n1:2; refuse 3`.
    mutating func plan(_ text: String) throws -> TableAnswer {
        var plan = Plan()
        for part in text.dropFirst("plan".count).split(separator: ";") {
            var arguments = try TableArguments("plan " + part)
            var grant = arguments
            switch try arguments.next("a grant") {
            case "refuse":
                plan.refusals.append(RefusedRequest(id: try arguments.lease(), refusal: .neverTogether))
                try arguments.finish()
            case "reclaim":
                plan.reclaims.append(ProposedReclaim(of: try arguments.lease(), for: try arguments.lease()))
                try arguments.finish()
            case "spare":
                plan.withdrawals.append(try arguments.lease())
                try arguments.finish()
            default:
                plan.grants.append(try oneGrant(&grant))
                try grant.finish()
            }
        }
        return try command(.adopt(plan))
    }

    /// Where the table doesn't say: what was asked, else a core and a GiB for each device, at least one of each.
    private func oneGrant(_ arguments: inout TableArguments) throws -> Grant {
        let id = try arguments.lease()
        let (node, keys) = try TableArguments.devices(arguments.next("devices"))
        let asked = ledger.state.requests[id]?.resources
        let share = Int64(max(1, keys.count))
        let cores = try arguments.option("cores").map { MilliCores(Int64(1_000) * (try TableArguments.number($0))) }
        let memory = try arguments.option("memory").map { MemoryBytes(try TableArguments.number($0)) }
        return Grant(
            id: id,
            allocation: Allocation(
                node: NodeName(node), devices: keys, cores: cores ?? asked?.cores ?? .cores(share),
                memory: memory ?? asked?.memory ?? .gibibytes(share)),
            reasons: [.nobodyElseWaited])
    }
}
