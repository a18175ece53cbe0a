import FleetModel

extension RentalPrice {
    /// What a table in SkyPilot's form gave.
    package struct Import: Sendable {
        package let prices: [RentalPrice]
        /// Rows without an accelerator or a price, and those whose price is no price (700.0 stands there for what can't be had).
        package let skipped: Int
    }

    /// Reads a `vms.csv` of SkyPilot's catalogue: InstanceType, vCPUs, MemoryGiB, AcceleratorName, AcceleratorCount, Price,
    /// SpotPrice, Region, and others that are not looked at. Rows without an accelerator are skipped, zones of one region are
    /// one. - Parameter name: what our catalogue calls an accelerator.
    package static func skyPilot(
        _ text: String, provider: String, date: CivilDate, name: (String) -> String?
    ) throws(TableText.ParseError) -> Import {
        let table = try TableText(text)
        var prices: [RentalPrice] = [], seen: Set<String> = [], skipped = 0
        for (line, fields) in table.rows {
            let row = TableRow(table: table, line: line, fields: fields)
            guard let given = try row.text("AcceleratorName"), let onDemand = try row.money("Price"),
                let count = try row.number("AcceleratorCount").flatMap({ Int(exactly: $0) }), count >= 1,
                onDemand.micros > 0, onDemand.micros != unavailable
            else {
                skipped += 1
                continue
            }
            let instance = try row.text("InstanceType") ?? given, region = try row.needed("Region")
            guard seen.insert("\(instance) \(given) \(count) \(region)").inserted else { continue }
            prices.append(
                RentalPrice(
                    provider: provider, region: region, instance: instance, accelerator: name(given) ?? given,
                    count: instance == "Standard_ND96isr_H100_v5" ? 8 : count,
                    cores: try row.number("vCPUs").map { Int($0) },
                    memory: try row.number("MemoryGiB").map { MemoryBytes(Int64($0 * 1_073_741_824)) }, onDemand: onDemand,
                    spot: try row.money("SpotPrice"), date: date, source: "imported, in SkyPilot's form"))
        }
        return Import(prices: prices, skipped: skipped)
    }

    /// Written for zones that don't have it.
    private static let unavailable: Int64 = 700_000_000
}
