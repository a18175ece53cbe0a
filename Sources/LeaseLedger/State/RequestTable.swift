package import FleetModel

/// Requests by number. Chunked, so that a copy of the state that changes one request copies 256 and not all of them.
package struct RequestTable: Hashable, Sendable {
    private static let chunkSize = 256
    private var chunks: [[RequestRecord?]] = []

    package init() {}

    package subscript(id: LeaseID) -> RequestRecord? {
        get {
            guard let place = Self.place(of: id), place.chunk < chunks.count else { return nil }
            let chunk = chunks[place.chunk]
            return chunk.isEmpty ? nil : chunk[place.index]
        }
        set {
            guard let place = Self.place(of: id) else { return }
            if newValue == nil, place.chunk >= chunks.count || chunks[place.chunk].isEmpty { return }
            while chunks.count <= place.chunk { chunks.append([]) }
            if chunks[place.chunk].isEmpty {
                chunks[place.chunk] = Array(repeating: nil, count: Self.chunkSize)
            }
            chunks[place.chunk][place.index] = newValue
            if newValue == nil, chunks[place.chunk].allSatisfy({ $0 == nil }) { chunks[place.chunk] = [] }
            // The same records make the same table, whatever else was in it before.
            while chunks.last?.isEmpty == true { chunks.removeLast() }
        }
    }

    /// Changes a record in place. The record must be there.
    mutating func update(_ id: LeaseID, _ change: (inout RequestRecord) -> Void) {
        guard let place = Self.place(of: id), place.chunk < chunks.count, !chunks[place.chunk].isEmpty,
            chunks[place.chunk][place.index] != nil
        else { preconditionFailure("request \(id) is not in the table") }
        change(&chunks[place.chunk][place.index]!)
    }

    /// In order of their numbers.
    package var all: [RequestRecord] { chunks.flatMap { $0.compactMap(\.self) } }

    private static func place(of id: LeaseID) -> (chunk: Int, index: Int)? {
        guard id.number >= 1, let number = Int(exactly: id.number) else { return nil }
        return ((number - 1) / chunkSize, (number - 1) % chunkSize)
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
