/// The number of a reservation: a counter of its own, from 1.
package struct ReservationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) { self.number = number }

    package var next: ReservationID { ReservationID(number + 1) }
    package var description: String { "\(number)" }
    package static func < (left: ReservationID, right: ReservationID) -> Bool { left.number < right.number }
}

extension ReservationID: Codable {
    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int64.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}
