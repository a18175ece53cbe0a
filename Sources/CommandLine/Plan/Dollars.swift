import Advice
import ArgumentParser
package import FleetModel

/// An amount of US dollars as people write it: `5000`, `$5,000`, `5k`, `2.50`.
package struct Dollars: ExpressibleByArgument, Sendable {
    package let cost: Cost

    package init?(argument: String) {
        guard let cost = Given.dollars(argument) else { return nil }
        self.cost = cost
    }
}

/// A part of a whole in thousandths: `15%`, `0.15`, `7.5%`.
package struct Part: ExpressibleByArgument, Sendable {
    package let thousandths: Int

    package init?(argument: String) {
        guard let part = Given.part(argument) else { return nil }
        thousandths = part
    }
}
