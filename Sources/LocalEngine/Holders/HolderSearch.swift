import FleetModel
import Glibc

/// What a search for holders of devices came to.
enum HolderSearch: Equatable {
    case found(Findings)
    /// It says nothing; another one may.
    case unfinished(reason: String)

    struct Findings: Equatable {
        var nodes = FoundNodes()
        /// Processes and the numbers of the nodes that they have open, in order of the processes.
        var pairs: [Pair] = []
        /// The nodes that more processes have open than are told of.
        var crowded: Set<dev_t> = []
        /// How many processes could not be looked into.
        var denied = 0
        /// How many of these are not root's.
        var hidden = 0
        /// How many processes have an open file that nothing is known of, and the first few of them.
        var unread = 0
        var firstUnread: [Int32] = []
    }

    struct Pair: Hashable {
        let pid: Int32
        let node: dev_t
    }

    static let mostTries = 4
    /// Milliseconds.
    static let firstPause: Int64 = 500
    /// Of searches that were ended at their deadline and are there all the same.
    static let mostLingering = 8

    /// - Parameter number: makes the node's number of its two parts.
    init(_ outcome: Lookout.Outcome, number: (UInt32, UInt32) -> dev_t) {
        guard case .text(let text) = outcome else {
            self = .unfinished(reason: "the driver did not answer, or the search through all processes took too long")
            return
        }
        var lines = text.split(separator: "\n")[...], found = Findings(), seen: Set<Pair> = []
        guard let nodes = lines.popFirst().flatMap(FoundNodes.init(line:)) else {
            self = .unfinished(reason: "the driver's files could not be read")
            return
        }
        found.nodes = nodes
        let last = lines.popLast()?.split(separator: " ") ?? []
        guard last.count == 4, last[0] == "done", let denied = Int(last[1]), let hidden = Int(last[2]),
            let unread = Int(last[3])
        else {
            self = .unfinished(reason: "the search through all processes did not come to its end")
            return
        }
        (found.denied, found.hidden, found.unread) = (denied, hidden, unread)
        for words in lines.map({ $0.split(separator: " ") }) {
            if words.count == 2, words[0] == "unread", let pid = Int32(words[1]) {
                found.firstUnread.append(pid)
            } else if words.count == 3, let major = UInt32(words[1]), let minor = UInt32(words[2]) {
                let node = number(major, minor)
                if words[0] == "full" {
                    found.crowded.insert(node)
                } else if let pid = Int32(words[0]) {
                    seen.insert(Pair(pid: pid, node: node))
                }
            }
        }
        found.pairs = seen.sorted { ($0.pid, $0.node) < ($1.pid, $1.node) }
        self = .found(found)
    }
}
