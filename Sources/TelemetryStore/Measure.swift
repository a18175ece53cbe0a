import FleetModel
import GRDB

/// What is measured, and its columns.
enum Measure: String, CaseIterable {
    case utilization, memory, power, temperature

    var columns: [String] { ["count", "sum", "least", "most"].map { "\(rawValue)_\($0)" } }

    var member: WritableKeyPath<Rollup, Spread?> {
        switch self {
        case .utilization: \.utilization
        case .memory: \.memoryUsed
        case .power: \.power
        case .temperature: \.temperature
        }
    }

    /// How two rows of one place become one; min and max of SQLite are null when one of their arguments is.
    var merging: String {
        let (count, sum, least, most) = (columns[0], columns[1], columns[2], columns[3])
        func either(_ column: String, _ both: String) -> String {
            "\(column) = coalesce(\(both), \(column), excluded.\(column))"
        }
        return [
            either(count, "\(count) + excluded.\(count)"), either(sum, "\(sum) + excluded.\(sum)"),
            either(least, "min(\(least), excluded.\(least))"), either(most, "max(\(most), excluded.\(most))"),
        ].joined(separator: ", ")
    }

    /// Over rows; here SQLite leaves nulls out.
    var aggregate: String {
        let (count, sum, least, most) = (columns[0], columns[1], columns[2], columns[3])
        return "sum(\(count)) AS \(count), sum(\(sum)) AS \(sum), min(\(least)) AS \(least), max(\(most)) AS \(most)"
    }
}

extension Rollup {
    /// In the order of the table's columns.
    var values: [Int64?] {
        Measure.allCases.flatMap { measure -> [Int64?] in
            let spread = self[keyPath: measure.member]
            return [spread?.count, spread?.sum, spread?.least, spread?.most]
        } + [energy?.energy.millijoules, energy?.covered.milliseconds]
    }

    init(_ row: Row) {
        self.init()
        for measure in Measure.allCases {
            let values = measure.columns.compactMap { row[$0] as Int64? }
            guard values.count == 4, values[0] > 0 else { continue }
            self[keyPath: measure.member] = Spread(count: values[0], sum: values[1], least: values[2], most: values[3])
        }
        if let millijoules = row["energy"] as Int64?, let covered = row["covered"] as Int64? {
            energy = EnergyShare(energy: Energy(millijoules: millijoules), covered: TimeSpan(milliseconds: covered))
        }
    }
}
