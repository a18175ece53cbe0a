package import FleetModel

/// Requests by number.
package struct RequestTable: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        let id: LeaseID
        var record: RequestRecord
    }

    private var entries: Chunked<Entry> = []

    package init() {}

    package subscript(id: LeaseID) -> RequestRecord? {
        get { place(of: id).map { entries[$0].record } }
        set {
            switch (place(of: id), newValue) {
            case (let place?, let record?): entries.update(at: place) { $0.record = record }
            case (let place?, nil): entries.remove(at: place)
            case (nil, let record?):
                guard id.number >= 1 else { return }
                entries.insert(Entry(id: id, record: record), at: entries.partitioningIndex { $0.id >= id })
            case (nil, nil): return
            }
        }
    }

    /// Changes a record in place. The record must be there.
    mutating func update(_ id: LeaseID, _ change: (inout RequestRecord) -> Void) {
        guard let place = place(of: id) else { preconditionFailure("request \(id) is not in the table") }
        entries.update(at: place) { change(&$0.record) }
    }

    /// In order of their numbers.
    package var all: [RequestRecord] { entries.map(\.record) }

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
