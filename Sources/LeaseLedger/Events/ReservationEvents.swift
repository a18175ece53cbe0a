package import FleetModel

/// Future devices were claimed.
package struct ReservationMade: Hashable, Codable, Sendable {
    package let reservation: Reservation

    package init(reservation: Reservation) { self.reservation = reservation }
}

/// A reservation is on other devices than before, or on none.
package struct ReservationMoved: Hashable, Codable, Sendable {
    /// Why it could not stay.
    package enum Reason: String, Codable, Sendable, CaseIterable {
        /// Its node is out of contact or gone.
        case nodeLost
        /// No new lease begins on its node.
        case nodeCordoned
        /// One of its devices can't be used.
        case devicesFailed
        /// Others are there earlier.
        case roomFound
    }

    package let id: ReservationID
    /// nil: nothing can hold it at present.
    package let allocation: Allocation?
    package let because: Reason
    /// When the last of it comes free, as far as leases say; nil: it has no devices.
    package let readyAt: Timestamp?

    package init(id: ReservationID, allocation: Allocation?, because: Reason, readyAt: Timestamp?) {
        self.id = id
        self.allocation = allocation
        self.because = because
        self.readyAt = readyAt
    }
}

/// What was reserved is there for its owner.
package struct ReservationBegan: Hashable, Codable, Sendable {
    package let id: ReservationID

    package init(id: ReservationID) { self.id = id }
}

/// A reservation is over; leases under it keep the end that they have.
package struct ReservationEnded: Hashable, Codable, Sendable {
    package let id: ReservationID
    package let end: ReservationEnd

    package init(id: ReservationID, end: ReservationEnd) {
        self.id = id
        self.end = end
    }
}
