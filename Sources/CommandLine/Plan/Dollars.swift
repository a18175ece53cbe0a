import Advice
import ArgumentParser
package import FleetModel

/// An amount of US dollars as people write it: `5000`, `$5,000`, `5k`, `2.50`.
package struct Dollars: Sendable {
    package let cost: Cost

    package static func read(_ text: String) throws -> Dollars {
        guard let cost = Given.dollars(text) else { throw ValidationError(Given.hint(forDollars: text)) }
        return Dollars(cost: cost)
    }
}

/// A part of a whole in thousandths.
package struct Part: Sendable {
    package let thousandths: Int

    /// `15%`, `0.15`, `7.5%`.
    package static func read(_ text: String) throws -> Part {
        guard let part = Given.share(text) else { throw ValidationError(Given.hint(forShare: text)) }
        return Part(thousandths: part)
    }

    /// `1.56`, `156%`.
    package static func factor(_ text: String) throws -> Part {
        guard let part = Given.part(text) else { throw ValidationError("write it as 1.56") }
        return Part(thousandths: part)
    }
}
