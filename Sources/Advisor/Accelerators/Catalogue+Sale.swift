extension Catalogue {
    /// Whether a model is still sold new in a year: from the year it came out, while it is of its maker's newest architecture for the same
    /// buyers, and for so long after that was followed by the next one as shops and makers of servers sell on.
    ///
    /// GeForce RTX 30 and 40 were gone from shops within a year of their successors; NVIDIA took its last orders for the A100 early in
    /// 2024, two years after the H100 was announced, and servers with it were sold for about two more.
    package func isSold(_ accelerator: Accelerator, in year: Int) -> Bool {
        guard accelerator.year <= year else { return false }
        guard let followed = followed(accelerator) else { return true }
        let soldOn =
            switch accelerator.segment {
            case .entry, .consumer: 1
            case .workstation: 3
            case .datacentre, .reference: 4
            }
        return year < followed + soldOn
    }

    /// The year in which its maker's next architecture for the same buyers came out.
    private func followed(_ accelerator: Accelerator) -> Int? {
        let buyers = Generation.buyers(accelerator.segment)
        let series = generations.filter { $0.vendor == accelerator.vendor && $0.buyers == buyers }
        guard let own = series.first(where: { $0.architecture == accelerator.architecture }) else { return nil }
        return series.lazy.map(\.year).filter { $0 > own.year }.min()
    }

    /// An architecture as one kind of buyers gets it.
    struct Generation: Sendable {
        let vendor: String
        let buyers: Accelerator.Segment
        let architecture: String
        /// When its first model came out.
        var year: Int

        /// Entry-level cards are of the same series as the others for shops.
        static func buyers(_ segment: Accelerator.Segment) -> Accelerator.Segment { segment == .entry ? .consumer : segment }

        /// Each once, in the catalogue's order.
        static func all(_ accelerators: [Accelerator]) -> [Generation] {
            var all: [Generation] = []
            for one in accelerators {
                let buyers = buyers(one.segment)
                if let place = all.firstIndex(where: {
                    $0.vendor == one.vendor && $0.buyers == buyers && $0.architecture == one.architecture
                }) {
                    all[place].year = min(all[place].year, one.year)
                } else {
                    all.append(
                        Generation(vendor: one.vendor, buyers: buyers, architecture: one.architecture, year: one.year))
                }
            }
            return all
        }
    }
}
