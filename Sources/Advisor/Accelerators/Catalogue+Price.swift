package import FleetModel

/// What an accelerator may cost whose price nobody publishes.
package struct LikelyPrice: Hashable, Sendable {
    /// In whole hundreds for each.
    package let price: Cost
    /// The one by whose price; nil: the catalogue has none of the kind.
    package let like: String?

    func times(_ count: Int) -> LikelyPrice {
        LikelyPrice(
            price: Cost(micros: Micros(price.micros, times: count, by: 1).value, currency: price.currency), like: like)
    }
}

extension Catalogue {
    /// By the price of the nearest of its maker's for the same buyers, and the bandwidth of both. Nearest by bandwidth: a half more or
    /// less counts as much as four years, or another architecture.
    package func likelyPrice(of accelerator: Accelerator) -> LikelyPrice {
        func isPriced(_ one: Accelerator) -> Bool { one.price != nil && one.bandwidth > 0 && one != accelerator }
        let buyers = Generation.buyers(accelerator.segment)
        let kind = accelerators.filter { isPriced($0) && Generation.buyers($0.segment) == buyers }
        let own = kind.filter { $0.vendor == accelerator.vendor }
        func distance(_ one: Accelerator) -> Double {
            let ratio = one.bandwidth / max(1, accelerator.bandwidth)
            return max(ratio, 1 / ratio) - 1 + Double(abs(one.year - accelerator.year)) / 8
                + (one.architecture == accelerator.architecture ? 0 : 0.5)
        }
        guard let near = (own.isEmpty ? kind : own).min(by: { distance($0) < distance($1) }), let price = near.price else {
            // What a GB/s of the cheapest kinds costs.
            return LikelyPrice(price: Self.hundreds(accelerator.bandwidth / 1e9 * 1.5), like: nil)
        }
        let dollars = Double(price.micros) / 1e6 * accelerator.bandwidth / near.bandwidth
        return LikelyPrice(price: Self.hundreds(dollars), like: near.name)
    }

    private static func hundreds(_ dollars: Double) -> Cost {
        Cost(micros: Int64((min(max(dollars, 100), 1e12) / 100).rounded()) * 100_000_000, currency: "USD")
    }
}
