import FleetModel

/// What will happen, earliest first; of what happens at one moment, the first that was planned. A binary heap of small
/// keys; what they stand for lies beside it.
struct EventQueue<Happening> {
    private struct Key {
        let at: Timestamp
        let order: UInt64
        let place: Int

        func comes(before other: Key) -> Bool {
            at.milliseconds == other.at.milliseconds ? order < other.order : at.milliseconds < other.at.milliseconds
        }
    }

    private var heap: [Key] = []
    private var happenings: [Happening?] = []
    private var free: [Int] = []
    private var planned: UInt64 = 0

    mutating func add(_ happening: Happening, at: Timestamp) {
        planned += 1
        let place = free.popLast() ?? happenings.count
        if place == happenings.count { happenings.append(happening) } else { happenings[place] = happening }
        heap.append(Key(at: at, order: planned, place: place))
        rise(from: heap.count - 1)
    }

    mutating func next() -> (at: Timestamp, happening: Happening)? {
        guard let first = heap.first, let happening = happenings[first.place] else { return nil }
        happenings[first.place] = nil
        free.append(first.place)
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
        return (first.at, happening)
    }

    private mutating func rise(from start: Int) {
        let key = heap[start]
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard key.comes(before: heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = key
    }

    /// Puts a key in at the top and lets it sink.
    private mutating func sink(_ key: Key) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].comes(before: heap[child]) { child += 1 }
            guard heap[child].comes(before: key) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = key
    }
}
