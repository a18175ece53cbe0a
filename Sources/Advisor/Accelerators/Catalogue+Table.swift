import FleetModel

extension Catalogue {
    /// Reads the table of accelerators. The first row that is wrong is named, with its line and column.
    package init(table text: String) throws(TableText.ParseError) {
        let table = try TableText(text)
        var accelerators: [Accelerator] = [], names: Set<String> = []
        for (line, fields) in table.rows {
            let accelerator = try Accelerator(TableRow(table: table, line: line, fields: fields))
            guard names.insert(accelerator.name).inserted else { throw .repeatedName(line: line, name: accelerator.name) }
            accelerators.append(accelerator)
        }
        guard !accelerators.isEmpty else { throw .empty }
        self.init(accelerators)
    }
}

extension Accelerator {
    fileprivate init(_ row: TableRow) throws(TableText.ParseError) {
        let segment = try row.needed("segment")
        guard let known = Segment(rawValue: segment) else {
            throw .unknownWord(
                line: row.line, column: "segment", text: segment, known: Segment.allCases.map(\.rawValue))
        }
        let year = try row.neededNumber("year"), memory = try row.neededNumber("memoryGiB")
        self.init(
            name: try row.needed("name"), vendor: try row.needed("vendor"), segment: known,
            architecture: try row.needed("architecture"), year: Int(min(year, 9_999)), cores: try row.whole("cores"),
            tensorCores: try row.whole("tensorCores"), boostMegahertz: try row.whole("boostMHz"), rates: try Rates(row),
            memory: MemoryBytes(Int64(min(memory, 1e9) * 1_073_741_824)),
            bandwidth: try row.neededNumber("bandwidthGBps", times: 1e9),
            cache: try row.number("cacheMiB").map { MemoryBytes(Int64(min($0, 1e12) * 1_048_576)) },
            watts: try row.number("tdpWatts"), pcieGeneration: try row.whole("pcieGeneration"),
            linkBandwidth: try row.number("nvlinkGBps", times: 1e9),
            computeCapability: try row.text("computeCapability"),
            pciIDs: try row.text("pciIDs")?.split(separator: " ").map(String.init) ?? [],
            price: try row.money("priceUSD"), priceYear: try row.whole("priceYear"), note: try row.text("note"),
            source: try row.needed("source"))
    }
}

extension Accelerator.Rates {
    fileprivate init(_ row: TableRow) throws(TableText.ParseError) {
        self.init(
            fp64: try row.number("fp64GFLOPS", times: 1e9), fp32: try row.number("fp32GFLOPS", times: 1e9),
            fp16: try row.number("fp16GFLOPS", times: 1e9), tensorTF32: try row.number("tf32TensorTFLOPS", times: 1e12),
            tensorFP16: try row.number("fp16TensorTFLOPS", times: 1e12),
            tensorBF16: try row.number("bf16TensorTFLOPS", times: 1e12),
            tensorFP8: try row.number("fp8TensorTFLOPS", times: 1e12),
            tensorINT8: try row.number("int8TensorTOPS", times: 1e12))
    }
}
