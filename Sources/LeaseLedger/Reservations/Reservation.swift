package import FleetModel

/// A claim on future devices. While its time runs, only leases under it begin on them; before, only what ends in time.
package struct Reservation: Hashable, Codable, Sendable {
    package let id: ReservationID
    package let owner: ReservationOwner
    /// Who made it.
    package let by: UserName
    /// What lists show.
    package let name: String
    /// How many devices and of which kind, all on one node.
    package let devices: DeviceSelector
    package let startsAt: Timestamp
    package let endsAt: Timestamp
    /// Which devices, and the cores and memory that go with them; nil: nothing can hold it at present.
    package internal(set) var allocation: Allocation?
    /// When all of it was there for its owner; nil: not yet.
    package internal(set) var beganAt: Timestamp?
    /// A lease began under it.
    package internal(set) var isUsed: Bool

    package init(
        id: ReservationID, owner: ReservationOwner, by: UserName, name: String, devices: DeviceSelector,
        startsAt: Timestamp, endsAt: Timestamp, allocation: Allocation?, beganAt: Timestamp? = nil, isUsed: Bool = false
    ) {
        self.id = id
        self.owner = owner
        self.by = by
        self.name = name
        self.devices = devices
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.allocation = allocation
        self.beganAt = beganAt
        self.isUsed = isUsed
    }

    /// Whether any moment from `start` on and before `end` is in its time.
    package func overlaps(from start: Timestamp, until end: Timestamp) -> Bool { startsAt < end && endsAt > start }

    /// Whether a moment is in its time.
    package func covers(_ time: Timestamp) -> Bool { startsAt <= time && time < endsAt }
}

/// A reservation that somebody wants. Its number is the state's `nextReservationID`.
package struct NewReservation: Hashable, Sendable {
    package let owner: ReservationOwner
    package let name: String
    package let devices: DeviceSelector
    package let startsAt: Timestamp
    package let span: TimeSpan

    package init(owner: ReservationOwner, name: String, devices: DeviceSelector, startsAt: Timestamp, span: TimeSpan) {
        self.owner = owner
        self.name = name
        self.devices = devices
        self.startsAt = startsAt
        self.span = span
    }
}
