extension Catalogue {
    /// Whether a model is still sold new in a year: while it is of its maker's newest architecture for the same buyers, and for so
    /// long after that was followed by the next one as shops and makers of servers sell on.
    ///
    /// GeForce RTX 30 and 40 were gone from shops within a year of their successors; NVIDIA took its last orders for the A100 early in
    /// 2024, two years after the H100 was announced, and servers with it were sold for about two more.
    package func isSold(_ accelerator: Accelerator, in year: Int) -> Bool {
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
        let group = accelerators.filter {
            $0.vendor == accelerator.vendor && Self.buyers($0.segment) == Self.buyers(accelerator.segment)
        }
        func start(_ architecture: String) -> Int? {
            group.lazy.filter { $0.architecture == architecture }.map(\.year).min()
        }
        guard let own = start(accelerator.architecture) else { return nil }
        return group.compactMap { start($0.architecture) }.filter { $0 > own }.min()
    }

    /// Entry-level cards are of the same series as the others for shops.
    private static func buyers(_ segment: Accelerator.Segment) -> Accelerator.Segment {
        segment == .entry ? .consumer : segment
    }
}
