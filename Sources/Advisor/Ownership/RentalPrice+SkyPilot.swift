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
                    provider: provider, region: region, instance: instance,
                    accelerator: catalogueName(given) ?? name(given) ?? given,
                    count: instance == "Standard_ND96isr_H100_v5" ? 8 : count,
                    cores: try row.number("vCPUs").map { Int(min($0, 1e9)) },
                    memory: try row.number("MemoryGiB").map { MemoryBytes(Int64(min($0, 1e9) * 1_073_741_824)) },
                    onDemand: onDemand,
                    spot: try row.money("SpotPrice"), date: date, source: "imported, in SkyPilot's form"))
        }
        return Import(prices: prices, skipped: skipped)
    }

    /// What is meant by names there that our catalogue would read otherwise: `A100` alone is the one of 40 GB.
    private static func catalogueName(_ given: String) -> String? {
        switch given {
        case "A100": "A100 SXM4 40GB"
        case "A100-80GB", "A100-80GB-SXM": "A100 SXM4 80GB"
        case "V100": "Tesla V100 SXM2 16GB"
        case "V100-32GB": "Tesla V100 SXM2 32GB"
        case "H100", "H100-SXM", "H100-MEGA": "H100 SXM5 80GB"
        case "H200", "H200-SXM": "H200 SXM 141GB"
        case "B200": "B200 SXM 180GB"
        case "P100": "Tesla P100 PCIe 16GB"
        case "T4": "Tesla T4"
        case "A10": "A10"
        default: nil
        }
    }

    /// Written for zones that don't have it.
    private static let unavailable: Int64 = 700_000_000
}
