package import FleetModel
import GRDB

extension TelemetryStore {
    package func add(_ rows: [TelemetryRow]) async throws(TelemetryFailure) {
        guard !rows.isEmpty else { return }
        try await with { database in
            var numbers: [DeviceKey: Int64] = [:]
            let statement = try database.cachedStatement(sql: Self.merging)
            for row in rows {
                let device = try numbers[row.place.device] ?? Self.number(of: row.place.device, database)
                numbers[row.place.device] = device
                let place: [Int64?] = [
                    Int64(row.place.level.rawValue), device, row.place.start.milliseconds, row.place.lease?.number ?? 0,
                ]
                try statement.execute(arguments: StatementArguments(place + row.rollup.values))
            }
        }
    }

    package func points(
        of subject: TelemetrySubject, level: TelemetryLevel, from: Timestamp, until: Timestamp, step: TimeSpan
    ) async throws(TelemetryFailure) -> [TelemetryPoint] {
        let width = max(step.milliseconds, level.width.milliseconds)
        let (from, until) = (from.milliseconds, until.milliseconds)
        return try await with { database in
            let condition: String, name: (any DatabaseValueConvertible)
            switch subject {
            case .device(let key): (condition, name) = ("device = (SELECT id FROM device WHERE key = ?)", key.name)
            case .lease(let id): (condition, name) = ("lease > 0 AND lease = ?", id.number)
            }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT start - start % ? AS span, \(Measure.allCases.map(\.aggregate).joined(separator: ", ")),
                        sum(energy) AS energy, sum(covered) AS covered
                    FROM rollup WHERE \(condition) AND level = ? AND start >= ? AND start < ?
                    GROUP BY span ORDER BY span
                    """, arguments: [width, name, level.rawValue, from, until])
            return rows.map { TelemetryPoint(start: Timestamp(milliseconds: $0["span"]), rollup: Rollup($0)) }
        }
    }

    private static func number(of key: DeviceKey, _ database: Database) throws -> Int64 {
        try database.execute(sql: "INSERT OR IGNORE INTO device(key) VALUES (?)", arguments: [key.name])
        return try Int64.fetchOne(database, sql: "SELECT id FROM device WHERE key = ?", arguments: [key.name]) ?? 0
    }

    private static let merging: String = {
        let columns = ["level", "device", "start", "lease"] + Measure.allCases.flatMap(\.columns) + ["energy", "covered"]
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let energy = ["energy", "covered"].map { "\($0) = coalesce(\($0) + excluded.\($0), \($0), excluded.\($0))" }
        let changes = Measure.allCases.map(\.merging) + energy
        return """
            INSERT INTO rollup(\(columns.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT(level, device, start, lease) DO UPDATE SET \(changes.joined(separator: ", "))
            """
    }()
}
