package import FleetModel

/// Requests by number.
package struct RequestTable: Hashable, Sendable {
    /// A record is large: in a box of its own it costs a search and a copy of its neighbours little.
    private final class Box: Hashable, Sendable {
        let record: RequestRecord

        init(_ record: RequestRecord) { self.record = record }

        static func == (left: Box, right: Box) -> Bool { left === right || left.record == right.record }
        func hash(into hasher: inout Hasher) { hasher.combine(record) }
    }

    private struct Entry: Hashable, Sendable {
        let id: LeaseID
        var box: Box
    }

    private var entries: Chunked<Entry> = []

    package init() {}

    package subscript(id: LeaseID) -> RequestRecord? {
        get { place(of: id).map { entries[$0].box.record } }
        set {
            switch (place(of: id), newValue) {
            case (let place?, let record?): entries.update(at: place) { $0.box = Box(record) }
            case (let place?, nil): entries.remove(at: place)
            case (nil, let record?):
                guard id.number >= 1 else { return }
                entries.insert(Entry(id: id, box: Box(record)), at: entries.partitioningIndex { $0.id >= id })
            case (nil, nil): return
            }
        }
    }

    /// Changes a record in place. The record must be there.
    mutating func update(_ id: LeaseID, _ change: (inout RequestRecord) -> Void) {
        guard let place = place(of: id) else { preconditionFailure("request \(id) is not in the table") }
        entries.update(at: place) {
            var record = $0.box.record
            change(&record)
            $0.box = Box(record)
        }
    }

    /// In order of their numbers.
    package var all: [RequestRecord] { entries.map(\.box.record) }

    private func place(of id: LeaseID) -> Int? {
        let place = entries.partitioningIndex { $0.id >= id }
        return place < entries.count && entries[place].id == id ? place : nil
    }
}

extension RequestTable: Codable {
    package init(from decoder: any Decoder) throws {
        for record in try decoder.singleValueContainer().decode([RequestRecord].self) { self[record.id] = record }
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(all)
    }
}
