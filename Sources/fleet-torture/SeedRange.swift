/// Which seeds to run: `10000`, `1234..1234` or `5000-9000`.
struct SeedRange {
    let range: ClosedRange<UInt64>

    init?(_ text: String) {
        let ends = text.split(whereSeparator: { $0 == "." || $0 == "-" }).map { UInt64($0) }
        switch (ends.count, ends.first, ends.last) {
        case (1, .some(.some(let last)), _) where last > 0: range = 1...last
        case (2, .some(.some(let first)), .some(.some(let last))) where first <= last: range = first...last
        default: return nil
        }
    }
}
