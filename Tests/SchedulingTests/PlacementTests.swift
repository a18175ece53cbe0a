import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Which node, and which devices of it.
@Suite struct PlacementTests {
    /// `nvidia-smi topo -m` of a DGX-1 with V100: a hybrid cube mesh of single and double NVLinks.
    static let dgx1V: [[Int]] = [
        [0, 100, 100, 200, 200, 10, 10, 10],
        [100, 0, 200, 100, 10, 200, 10, 10],
        [100, 200, 0, 200, 10, 10, 100, 10],
        [200, 100, 200, 0, 10, 10, 10, 100],
        [200, 10, 10, 10, 0, 100, 100, 200],
        [10, 200, 10, 10, 100, 0, 200, 100],
        [10, 10, 100, 10, 100, 200, 0, 200],
        [10, 10, 10, 100, 200, 100, 200, 0],
    ]
    /// NVSwitch: every device reaches every other one through twelve links.
    static let dgxA100 = (0..<8).map { left in (0..<8).map { $0 == left ? 0 : 1_200 } }
    /// Eight PCIe cards, four on each socket, two under each switch.
    static let pcie = (0..<8).map { left in
        (0..<8).map { $0 == left ? 0 : $0 / 2 == left / 2 ? 50 : $0 / 4 == left / 4 ? 20 : 10 }
    }

    private func gets(_ gpus: Int, on links: [[Int]], busy: String = "") -> [String] {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 8, links: links)
        for letter in busy {
            ledger.see(.stray(AttemptKey(lease: LeaseID(99), number: 1), devices: [DeviceKey("n1:\(letter)")]))
        }
        ledger.ask("alice", "\(gpus)")
        return ledger.schedule()
    }

    @Test(arguments: [
        (1, "", "a"), (2, "", "ad"), (3, "", "acd"), (4, "", "abcd"), (8, "", "abcdefgh"),
        (2, "a", "bc"), (4, "a", "efgh"), (2, "ad", "bc"), (1, "abcdef", "g"), (1, "bcdfg", "a"),
    ])
    func dgx1(count: Int, busy: String, expected: String) {
        #expect(gets(count, on: Self.dgx1V, busy: busy) == ["1@n1:\(expected)"])
    }

    @Test(arguments: [(1, "", "a"), (2, "", "ab"), (3, "b", "acd"), (5, "ah", "bcdef")])
    func dgxA100WithEqualLinksGoesByKey(count: Int, busy: String, expected: String) {
        #expect(gets(count, on: Self.dgxA100, busy: busy) == ["1@n1:\(expected)"])
    }

    @Test(arguments: [
        (1, "", "a"), (2, "", "ab"), (4, "", "abcd"), (2, "a", "cd"), (1, "a", "b"), (1, "abc", "d"), (3, "", "abc"),
        (4, "d", "efgh"), (3, "ab", "efg"), (2, "aceg", "bd"),
    ])
    func pcieCardsOnTwoSockets(count: Int, busy: String, expected: String) {
        #expect(gets(count, on: Self.pcie, busy: busy) == ["1@n1:\(expected)"])
    }

    /// Every set, weighed one by one, as `DeviceGroups` documents it.
    @Test(arguments: 1...60) func theExactSearchAgreesWithBruteForce(seed: Int) {
        var random = TestRandom(seed: UInt64(seed))
        let devices = 3 + random.below(5), count = 2 + random.below(devices - 2)
        var links = Array(repeating: Array(repeating: 0, count: devices), count: devices)
        for left in 0..<devices {
            for right in 0..<left {
                let link = random.pick([10, 20, 30, 40, 50, 100, 200])
                (links[left][right], links[right][left]) = (link, link)
            }
        }
        var ledger = TestLedger()
        ledger.node("n1", gpus: devices, links: links)
        ledger.ask("alice", "\(count)")
        let all = Array(0..<devices)
        func worth(_ set: [Int]) -> Int { Self.subsets(of: set, 2).reduce(0) { $0 + links[$1[0]][$1[1]] } }
        func score(_ set: [Int]) -> Int {
            let rest = all.filter { !set.contains($0) }
            let left = Self.subsets(of: rest, min(count, rest.count)).map(worth).max() ?? 0
            return 2 * worth(set) + left
        }
        var best = Self.subsets(of: all, count)[0]
        for set in Self.subsets(of: all, count) where score(set) > score(best) { best = set }
        let letters = Array("abcdefgh")
        #expect(ledger.schedule() == ["1@n1:" + best.map { String(letters[$0]) }.joined()])
    }

    /// In lexicographic order.
    private static func subsets(of set: [Int], _ count: Int) -> [[Int]] {
        if count == 0 { return [[]] }
        return set.indices.flatMap { first in
            subsets(of: Array(set[(first + 1)...]), count - 1).map { [set[first]] + $0 }
        }
    }

    @Test func withoutLinksTheNUMANodeDecides() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, numa: [0, 1])
        ledger.ask("alice", "2")
        #expect(ledger.schedule() == ["1@n1:ac"])
    }

    @Test func moreThanSixteenDevicesAreGrownGreedily() {
        // Twenty devices in five islands of four; the greedy search finds an island, too.
        let links = (0..<20).map { left in (0..<20).map { $0 == left ? 0 : $0 % 5 == left % 5 ? 100 : 10 } }
        var ledger = TestLedger()
        ledger.node("n1", gpus: 20, links: links)
        ledger.ask("alice", "4")
        #expect(ledger.schedule() == ["1@n1:afkp"])
    }

    @Test func allDevicesOfAGangAreOnOneNode() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 3)
        ledger.node("n3", gpus: 4)
        ledger.ask("bob", "3")
        ledger.schedule()
        ledger.ask("alice", "4")
        ledger.ask("alice", "3")
        #expect(ledger.schedule() == ["2@n3:abcd"])
        #expect(ledger.state.waiting == [LeaseID(3)], "five devices are free elsewhere, but on two nodes")
    }

    @Test func theTightestNodeIsTaken() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.node("n2", gpus: 2)
        ledger.node("n3", gpus: 2)
        for gpus in ["2", "1", "1", "2", "1"] { ledger.ask("alice", gpus) }
        #expect(ledger.schedule() == ["1@n2:ab", "2@n3:a", "3@n3:b", "4@n1:ab", "5@n1:c"])
    }

    @Test func ofEqualNodesTheOneWithFewerFreeCoresIsTaken() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 2, cores: 32)
        ledger.ask("alice")
        #expect(ledger.schedule() == ["1@n2:a"])
    }

    @Test func workWithoutDevicesKeepsAwayFromThem() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, cores: 8)
        ledger.node("n2", gpus: 2, cores: 8)
        ledger.node("n3", cores: 4)
        for _ in 1...4 { ledger.ask("alice", "0", cores: 4) }
        #expect(ledger.schedule() == ["1@n3:", "2@n2:", "3@n2:", "4@n1:"])
    }

    @Test func nodesOutOfContactAreNotUsed() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.node("n2", gpus: 4)
        ledger.lose("n1")
        ledger.ask("alice")
        ledger.ask("alice", "0")
        #expect(ledger.schedule() == ["1@n2:a", "2@n2:"])
    }

    @Test func aSelectorFindsModelAndMemory() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, models: ["NVIDIA GeForce RTX 4090", "NVIDIA H100 80GB HBM3"], gigabytes: [24, 80])
        ledger.ask("alice", "h100:2")
        ledger.ask("alice", "..24GB:2")
        #expect(ledger.schedule() == ["1@n1:bd", "2@n1:ac"])
    }

    @Test func coresAndMemoryMustFitToo() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, cores: 8, memory: 100)
        ledger.ask("alice", "1", cores: 6)
        ledger.ask("alice", "1", cores: 4)
        ledger.ask("alice", "1", memory: 90)
        ledger.ask("alice", "1")
        #expect(ledger.schedule() == ["1@n1:a", "4@n1:b"])
        #expect(ledger.state.requests[LeaseID(4)]?.lease?.allocation.cores == .cores(2))
    }

    @Test func smallerDevicesAreTakenWhereTheirShareOfMemoryFits() {
        var ledger = TestLedger()
        let links = [[0, 100, 10], [100, 0, 10], [10, 10, 0]]
        ledger.node("n1", gpus: 3, gigabytes: [80, 80, 16], memory: 200, links: links)
        ledger.ask("bob", "0", memory: 90)
        ledger.schedule()
        ledger.ask("alice", "2")
        #expect(ledger.schedule() == ["2@n1:ac"], "60 + 60 GB are too much beside 90, 60 + 32 are not")
    }
}
