import FleetModel
import Glibc

/// What a search for holders of devices came to.
enum HolderSearch: Equatable {
    case found(Findings)
    /// It says nothing; another one may.
    case unfinished(reason: String)

    struct Findings: Equatable {
        /// Processes and the numbers of the nodes that they have open, in order of the processes.
        var pairs: [Pair]
        /// How many processes could not be looked into.
        let denied: Int
    }

    struct Pair: Equatable {
        let pid: Int32
        let node: dev_t
    }

    static let mostTries = 4
    /// Milliseconds.
    static let firstPause: Int64 = 500

    /// - Parameter number: makes the node's number of its two parts.
    init(_ outcome: Lookout.Outcome, number: (UInt32, UInt32) -> dev_t) {
        guard case .text(let text) = outcome else {
            self = .unfinished(reason: "the search through all processes took too long")
            return
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard let last = lines.last, last.count == 2, last[0] == "done", let denied = Int(last[1]) else {
            self = .unfinished(reason: "the search through all processes did not come to its end")
            return
        }
        var pairs: [Pair] = []
        for line in lines.dropLast() where line.count == 3 {
            guard let pid = Int32(line[0]), let major = UInt32(line[1]), let minor = UInt32(line[2]) else { continue }
            let pair = Pair(pid: pid, node: number(major, minor))
            if !pairs.contains(pair) { pairs.append(pair) }
        }
        self = .found(Findings(pairs: pairs.sorted { $0.pid < $1.pid }, denied: denied))
    }
}

/// Who has which device's node open, and what that means for each.
struct HolderPicture {
    /// The node of each device that has one.
    let nodes: [DeviceKey: dev_t]
    /// Of those that are neither Carrel's own nor allowed, with what is known of each.
    let holders: [(pair: HolderSearch.Pair, facts: HolderFacts)]
    let denied: Int

    func holders(of device: DeviceKey) -> [HolderFacts] {
        guard let node = nodes[device] else { return [] }
        return holders.filter { $0.pair.node == node }.map(\.facts)
    }

    /// Whether a device that comes back is free of them.
    /// - Parameter sharesNode: others may have its node open rightly, such as work on another slice of its GPU.
    func check(_ device: DeviceKey, sharesNode: Bool = false, isRoot: Bool = geteuid() == 0) -> CleanCheck.Result {
        let holders = holders(of: device)
        guard holders.isEmpty else {
            let named = holders.prefix(4).map(\.words).joined(separator: ", ")
            let rest = holders.count > 4 ? " and \(holders.count - 4) more" : ""
            if sharesNode {
                return .notChecked(
                    reason:
                        "slices of one GPU share its node, which is held open by \(named)\(rest), on this slice or another")
            }
            return .failed(detail: "held open by \(named)\(rest)")
        }
        guard denied == 0 else {
            let why = isRoot ? "though Carrel runs as root" : "since Carrel does not run as root"
            return .notChecked(
                reason: "\(denied == 1 ? "1 process" : "\(denied) processes") could not be looked into, \(why)")
        }
        return .passed
    }
}
