import FleetModel

/// What will happen, earliest first; of what happens at one moment, the first that was planned. A binary heap.
struct EventQueue<Happening> {
    private struct Entry {
        let at: Timestamp
        let order: UInt64
        let happening: Happening

        func comes(before other: Entry) -> Bool {
            at == other.at ? order < other.order : at < other.at
        }
    }

    private var heap: [Entry] = []
    private var planned: UInt64 = 0

    var nextAt: Timestamp? { heap.first?.at }

    mutating func add(_ happening: Happening, at: Timestamp) {
        planned += 1
        heap.append(Entry(at: at, order: planned, happening: happening))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comes(before: heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: Timestamp, happening: Happening)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.happening)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].comes(before: heap[least])
            {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
