package import FleetModel

extension AuditTrail {
    /// The number of the first entry at or after a time; where all are earlier, the one after the last. Entries are numbered in
    /// the order of their times, so that few looks find it. Throws what the storage throws.
    package func firstNumber(at time: Timestamp) async throws -> Int64 {
        func newest(before number: Int64?) async throws -> AuditEntry? {
            try await entries(before: number, limit: 1, user: nil, act: nil).first
        }
        guard let last = try await newest(before: nil) else { return 1 }
        var low: Int64 = 1, high = last.id + 1
        while low < high {
            let middle = low + (high - low + 1) / 2
            if let entry = try await newest(before: middle), time <= entry.at { high = middle - 1 } else { low = middle }
        }
        return low
    }
}
