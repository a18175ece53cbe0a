/// Who may claim future devices, and how much of them.
package struct ReservationPolicy: Hashable, Codable, Sendable {
    /// Who may reserve at all. What is reserved already stays so.
    package enum Who: String, Codable, Sendable, CaseIterable { case off, admins, everyone }

    package var who: Who
    /// The longest reservation.
    package var longest: TimeSpan
    /// How far ahead one may begin, counted from now.
    package var furthestAhead: TimeSpan
    /// How many devices may be reserved for one moment, of all owners together; nil: as many as there are.
    package var mostDevices: Int?
    /// So long after it began one that nobody uses lapses.
    package var unusedGrace: TimeSpan

    package init(
        who: Who = .admins, longest: TimeSpan = .days(7), furthestAhead: TimeSpan = .days(30), mostDevices: Int? = nil,
        unusedGrace: TimeSpan = .minutes(15)
    ) {
        self.who = who
        self.longest = longest
        self.furthestAhead = furthestAhead
        self.mostDevices = mostDevices
        self.unusedGrace = unusedGrace
    }

    /// What a policy means that was written without a word on it. Fixed for ever: old events and checkpoints say it so.
    package static let unsaid = ReservationPolicy(
        who: .admins, longest: .days(7), furthestAhead: .days(30), mostDevices: nil, unusedGrace: .minutes(15))

    /// Every number is within its range.
    package var makesSense: Bool {
        longest > .zero && longest <= .days(366) && furthestAhead > .zero && furthestAhead <= .days(366)
            && mostDevices.map { $0 >= 0 } ?? true && unusedGrace >= .minutes(1) && unusedGrace <= .days(1)
    }
}
