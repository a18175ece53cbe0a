/// A claim on future GPUs that is not over. Times are UTC.
package struct ReservationView: Codable, Equatable, Sendable {
    package var id: Int64
    /// Whose it is: one of the two is there.
    package var user: String?
    package var team: String?
    /// Who made it.
    package var by: String
    package var name: String
    package var gpus: Int
    /// As it was asked for: `a100:2`.
    package var asked: String
    package var startsAt: String
    package var endsAt: String
    /// `upcoming`, `running`, `late` (its time runs, and not all of it is there) or `unplaced` (nothing can hold it at
    /// present).
    package var state: String
    /// Absent while it is unplaced.
    package var node: String?
    package var devices: [String]
    /// The live leases under it.
    package var leases: [Int64]
    /// When it lapses if nobody uses it until then.
    package var lapsesAt: String?
    /// What is the matter with it, in words; absent: nothing.
    package var trouble: String?

    package init(
        id: Int64, user: String?, team: String?, by: String, name: String, gpus: Int, asked: String, startsAt: String,
        endsAt: String, state: String, node: String?, devices: [String], leases: [Int64], lapsesAt: String?,
        trouble: String?
    ) {
        self.id = id
        self.user = user
        self.team = team
        self.by = by
        self.name = name
        self.gpus = gpus
        self.asked = asked
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.state = state
        self.node = node
        self.devices = devices
        self.leases = leases
        self.lapsesAt = lapsesAt
        self.trouble = trouble
    }
}

/// The reservations that are not over, the first to begin first.
package struct ReservationList: Codable, Equatable, Sendable {
    package var reservations: [ReservationView]

    package init(reservations: [ReservationView]) { self.reservations = reservations }
}

/// The body of `POST /v1/reservations`. Of `startsAt` and `startsInSeconds` one is given.
package struct NewReservationBody: Codable, Equatable, Sendable {
    /// As on the command line: `2`, `a100:2`.
    package var gpus: String
    package var startsAt: String?
    package var startsInSeconds: Double?
    /// As on the command line: `2h`.
    package var time: String
    /// For whom; neither: for whoever asks.
    package var user: String?
    package var team: String?
    package var name: String?

    package init(
        gpus: String, startsAt: String? = nil, startsInSeconds: Double? = nil, time: String, user: String? = nil,
        team: String? = nil, name: String? = nil
    ) {
        self.gpus = gpus
        self.startsAt = startsAt
        self.startsInSeconds = startsInSeconds
        self.time = time
        self.user = user
        self.team = team
        self.name = name
    }
}

/// The body of `PUT /v1/nodes/NAME/drain`. Of `endsAt` and `endsInSeconds` one is given.
package struct DrainBody: Codable, Equatable, Sendable {
    package var endsAt: String?
    package var endsInSeconds: Double?
    /// What people are told.
    package var reason: String?

    package init(endsAt: String? = nil, endsInSeconds: Double? = nil, reason: String? = nil) {
        self.endsAt = endsAt
        self.endsInSeconds = endsInSeconds
        self.reason = reason
    }
}
