package import FleetModel
import WireModel

/// A month of the calendar, in UTC.
package struct Month: Hashable, Sendable {
    package let year: Int
    /// From 1.
    package let number: Int

    private init(year: Int, number: Int) {
        self.year = year
        self.number = number
    }

    /// Reads `2026-11`; nil: it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
            let number = Int(parts[1]), (1_970...9_998).contains(year), (1...12).contains(number)
        else { return nil }
        self.init(year: year, number: number)
    }

    /// The one that a moment lies in.
    package init(of time: Timestamp) { self = Month(String(time.utcText.prefix(7))) ?? Month(year: 1_970, number: 1) }

    /// `2026-11`.
    package var text: String { "\(year)-\(number < 10 ? "0" : "")\(number)" }

    /// `November 2026`.
    package var name: String {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December",
        ]
        return "\(names[number - 1]) \(year)"
    }

    package var start: Timestamp { Timestamp(utcText: text + "-01T00:00:00Z") ?? Timestamp(milliseconds: 0) }
    /// The first moment after it.
    package var end: Timestamp { next.start }
    package var next: Month { number == 12 ? Month(year: year + 1, number: 1) : Month(year: year, number: number + 1) }
    package var previous: Month { number == 1 ? Month(year: year - 1, number: 12) : Month(year: year, number: number - 1) }
}
