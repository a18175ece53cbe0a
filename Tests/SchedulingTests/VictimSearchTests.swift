import FleetModel
import LeaseLedger
import Testing

@testable import Scheduling

/// What a search for leases to take back costs at most, and that it says nothing else for that.
@Suite struct VictimSearchTests {
    /// Of twelve leases, four give the devices, four the cores and four the memory that a request needs: each for itself
    /// four leases are enough, and it takes all twelve.
    private func knot(nodes: Int) -> TestLedger {
        var ledger = TestLedger()
        for number in 1...nodes {
            ledger.node(
                "n\(10 + number)", gpus: 12,
                models: Array(repeating: "NVIDIA H100 80GB HBM3", count: 4)
                    + Array(repeating: "NVIDIA A100-SXM4-80GB", count: 8), cores: 52, memory: 520)
        }
        ledger.team("vision", guarantee: 12, members: ["alice"])
        for _ in 1...nodes {
            for _ in 1...4 { ledger.ask("bob", "h100:1", time: .hours(10), cores: 1, memory: 10) }
            for _ in 1...4 { ledger.ask("bob", "a100:1", time: .hours(10), cores: 11, memory: 10) }
            for _ in 1...4 { ledger.ask("bob", "a100:1", time: .hours(10), cores: 1, memory: 110) }
        }
        ledger.schedule()
        ledger.pass(.hours(2))
        return ledger
    }

    private func search(_ ledger: TestLedger, on node: Int, looks: Int) throws -> VictimSearch {
        let pool = Scheduling.Pool(ledger.state, at: ledger.now), budget = ReclaimBudget(ledger.state, at: ledger.now)
        let waiting = try #require(ledger.state.waiting.first)
        let record = try #require(ledger.state.requests[waiting])
        let shape = try #require(ledger.state.index.queue.shapeNumber(of: LeaseLedger.Shape(of: record.resources)))
        let candidates = budget.candidates(among: ledger.state.index.pool.nodes[node].occupancies)
        let need = VictimNeed(pool, shape, on: node, candidates.map(\.given), by: budget.endsAt)
        return VictimSearch(
            pool: pool, shape: shape, node: node, span: record.duration, budget: budget, candidates: candidates,
            fewest: try #require(need.fewest), looksLeft: looks)
    }

    @Test func theWorkOnANodeIsBounded() throws {
        var ledger = knot(nodes: 1)
        ledger.ask("alice", "h100:4", cores: 44, memory: 440)
        var whole = try search(ledger, on: 0, looks: .max)
        #expect(whole.fewest == 4)
        #expect(whole.best()?.0.leases.count == 12)
        #expect(Int.max - whole.looksLeft == 3_797)
        var bounded = try search(ledger, on: 0, looks: VictimSearch.mostLooksOnNode)
        #expect(bounded.best()?.0.leases.count == 12)
        #expect(VictimSearch.mostLooksOnNode - bounded.looksLeft <= 1_024)
        #expect(ledger.schedule().count == 12)
    }

    @Test func whatIsNeverEnoughIsNotSearched() throws {
        var ledger = knot(nodes: 1)
        for asked in [("h100:4", 53, 100), ("h100:5", 4, 100), ("h100:4", 4, 521)] as [(String, Int64, Int64)] {
            ledger.node("n99", gpus: 5, models: ["NVIDIA H100 80GB HBM3"], cores: 200, memory: 2_000)
            ledger.lose("n99")
            let id = ledger.ask("alice", asked.0, cores: asked.1, memory: asked.2)
            let pool = Scheduling.Pool(ledger.state, at: ledger.now), budget = ReclaimBudget(ledger.state, at: ledger.now)
            let resources = try #require(ledger.state.requests[id]).resources
            let shape = try #require(ledger.state.index.queue.shapeNumber(of: LeaseLedger.Shape(of: resources)))
            let candidates = budget.candidates(among: ledger.state.index.pool.nodes[0].occupancies)
            #expect(candidates.count == 12)
            #expect(VictimNeed(pool, shape, on: 0, candidates.map(\.given), by: budget.endsAt).fewest == nil)
            ledger.command(.giveBack(id, by: Requester(UserName("alice"))))
        }
    }

    /// On very many nodes of the worst kind the choice becomes greedy, and is found all the same.
    @Test func theWorkOnManyNodesIsBounded() {
        var ledger = knot(nodes: 14)
        ledger.ask("alice", "h100:4", cores: 44, memory: 440)
        #expect(ledger.schedule().count == 12)
    }
}
