package import FleetModel

/// What a provider asked for a machine with accelerators, on a day.
package struct RentalPrice: Hashable, Sendable {
    package let provider: String
    package let region: String
    package let instance: String
    /// As the catalogue of accelerators names it; else as the provider does.
    package let accelerator: String
    package let count: Int
    package let cores: Int?
    package let memory: MemoryBytes?
    /// An hour of the whole machine.
    package let onDemand: Cost
    package let spot: Cost?
    package let reserved: Cost?
    /// When it was seen.
    package let date: CivilDate
    package let source: String

    package init(
        provider: String, region: String, instance: String, accelerator: String, count: Int, cores: Int? = nil,
        memory: MemoryBytes? = nil, onDemand: Cost, spot: Cost? = nil, reserved: Cost? = nil, date: CivilDate, source: String
    ) {
        self.provider = provider
        self.region = region
        self.instance = instance
        self.accelerator = accelerator
        self.count = max(1, count)
        self.cores = cores
        self.memory = memory
        self.onDemand = onDemand
        self.spot = spot
        self.reserved = reserved
        self.date = date
        self.source = source
    }

    /// An hour of one accelerator with its share of the machine.
    package var perDevice: Cost {
        Cost(micros: Micros(onDemand.micros, times: 1, by: count).value, currency: onDemand.currency)
    }

    /// Of so many accelerators with their share of the machine for a time. Saturates.
    package func cost(of time: TimeSpan, count: Int) -> Cost {
        let product = Int128(onDemand.micros) * Int128(time.milliseconds) * Int128(max(1, count))
        let micros = product / (3_600_000 * Int128(self.count))
        return Cost(micros: Int64(clamping: micros), currency: onDemand.currency)
    }

    /// The same as a spot price.
    package var perSpotDevice: Cost? {
        spot.map { Cost(micros: Micros($0.micros, times: 1, by: count).value, currency: $0.currency) }
    }

    /// Prices change: what is older than 90 days is shown with a warning.
    package func isOld(on today: CivilDate) -> Bool { today.days - date.days > 90 }

    /// Reads our own table. The first row that is wrong is named.
    package static func table(_ text: String) throws(TableText.ParseError) -> [RentalPrice] {
        let table = try TableText(text)
        var prices: [RentalPrice] = []
        for (line, fields) in table.rows {
            let row = TableRow(table: table, line: line, fields: fields)
            let day = try row.needed("date")
            guard let date = CivilDate(day) else {
                throw .unknownWord(line: line, column: "date", text: day, known: ["a date such as 2026-11-22"])
            }
            guard let onDemand = try row.money("onDemandUSD") else { throw .nothing(line: line, column: "onDemandUSD") }
            prices.append(
                RentalPrice(
                    provider: try row.needed("provider"), region: try row.needed("region"),
                    instance: try row.needed("instance"), accelerator: try row.needed("accelerator"),
                    count: try row.whole("count") ?? 1, cores: try row.whole("vcpus"),
                    memory: try row.number("memoryGiB").map { MemoryBytes(Int64(min($0, 1e9) * 1_073_741_824)) },
                    onDemand: onDemand, spot: try row.money("spotUSD"), reserved: try row.money("reserved1yUSD"),
                    date: date, source: try row.needed("source")))
        }
        return prices
    }
}
