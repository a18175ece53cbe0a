import FleetModel
import WireModel

extension PolicyView {
    mutating func show(_ policy: ReservationPolicy) {
        reservations = policy.who.rawValue
        reservationLongestSeconds = Double(policy.longest.milliseconds) / 1_000
        reservationAheadSeconds = Double(policy.furthestAhead.milliseconds) / 1_000
        reservationLimit = policy.mostDevices
        reservationGraceSeconds = Double(policy.unusedGrace.milliseconds) / 1_000
    }

    func change(
        _ policy: inout ReservationPolicy, _ span: (Double) throws(Problem) -> TimeSpan
    ) throws(Problem) {
        if let reservations {
            guard let who = ReservationPolicy.Who(rawValue: reservations) else {
                throw .badInput("“\(reservations.shown)” may not reserve; use off, admins or everyone.")
            }
            policy.who = who
        }
        if let seconds = reservationLongestSeconds { policy.longest = try span(seconds) }
        if let seconds = reservationAheadSeconds { policy.furthestAhead = try span(seconds) }
        if let seconds = reservationGraceSeconds { policy.unusedGrace = try span(seconds) }
        if let limit = reservationLimit { policy.mostDevices = limit }
        if noReservationLimit == true { policy.mostDevices = nil }
    }
}
