package import FleetModel

extension LedgerState {
    /// The most reservations that are not over.
    package static let mostReservations = 1_000
    /// Of one user who is no administrator.
    static let mostOfOne = 20

    /// What is meant for now may come so late.
    static let onTheWay = TimeSpan.minutes(1)

    /// Accepted only when it can be kept, against other reservations and the ends of leases as they are known.
    func decideReservation(
        _ wish: NewReservation, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        try mayReserve(for: wish.owner, requester)
        guard Self.isUsableName(wish.name) else { throw .invalidName(wish.name) }
        guard wish.devices.count > 0 else { throw .nothingToReserve }
        guard wish.span > .zero else { throw .durationNotPositive(wish.span) }
        let rules = policy.reservations
        guard wish.span <= rules.longest else { throw .reservationTooLong(asked: wish.span, longest: rules.longest) }
        guard now - wish.startsAt <= Self.onTheWay else { throw .reservationInThePast(by: now - wish.startsAt) }
        let startsAt = max(wish.startsAt, now)
        guard startsAt - now <= rules.furthestAhead else {
            throw .reservationTooFarAhead(asked: startsAt - now, furthest: rules.furthestAhead)
        }
        guard reservations.count < Self.mostReservations else { throw .tooManyReservations(limit: Self.mostReservations) }
        if !requester.isAdministrator, reservations.count(where: { $0.by == requester.user }) >= Self.mostOfOne {
            throw .tooManyReservations(limit: Self.mostOfOne)
        }
        let endsAt = startsAt + wish.span
        if let most = rules.mostDevices {
            let reserved = devicesReserved(from: startsAt, until: endsAt)
            if reserved + wish.devices.count > most {
                throw .tooManyDevicesReserved(asked: wish.devices.count, reserved: reserved, limit: most)
            }
        }
        guard let place = place(for: wish.devices, from: startsAt, until: endsAt, at: now),
            place.readyAt <= startsAt
        else {
            throw .cannotBeKept(
                asked: wish.devices.count,
                most: mostReservable(wish.devices, from: startsAt, until: endsAt, at: now),
                laterBy: laterPlace(for: wish.devices, after: startsAt, lasting: wish.span, at: now)
                    .map { $0 - startsAt })
        }
        let reservation = Reservation(
            id: nextReservationID, owner: wish.owner, by: requester.user, name: wish.name, devices: wish.devices,
            startsAt: startsAt, endsAt: endsAt, allocation: place.allocation)
        return [.reservationMade(ReservationMade(reservation: reservation))]
    }

    private func mayReserve(for owner: ReservationOwner, _ requester: Requester) throws(Rejection) {
        switch policy.reservations.who {
        case .off: throw .reservationsAreOff
        case .admins: guard requester.isAdministrator else { throw .needsAdministrator }
        case .everyone: break
        }
        switch owner {
        case .user(let user):
            guard Self.isUsableName(user.name, limit: 64) else { throw .invalidName(user.name) }
        case .team(let team): guard self.team(named: team) != nil || team == .everyone else { throw .unknownTeam(team) }
        }
        guard requester.isAdministrator || owns(owner, requester.user) else { throw .needsAdministrator }
    }

    func decideCancelling(
        of id: ReservationID, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard let reservation = reservation(id) else { throw .unknownReservation(id) }
        guard requester.isAdministrator || reservation.by == requester.user || reservation.owner == .user(requester.user)
        else { throw .notYourReservation(id, owner: reservation.owner) }
        return ending(reservation, as: .cancelled(by: requester.user))
    }

    /// A reservation is over, and whoever waits for it waits in vain.
    func ending(_ reservation: Reservation, as end: ReservationEnd) -> [Event] {
        let waiting = waiting.filter { requests[$0]?.resources.reservation == reservation.id }
        return [.reservationEnded(ReservationEnded(id: reservation.id, end: end))]
            + waiting.map { .requestRefused(RequestRefused(id: $0, refusal: .reservationOver(reservation.id, end))) }
    }

    /// Whether a user is the owner, or of the team that is.
    package func owns(_ owner: ReservationOwner, _ user: UserName) -> Bool {
        switch owner {
        case .user(let name): name == user
        case .team(let name): team(of: user) == name
        }
    }

    /// nil: there is none, or it is over.
    package func reservation(_ id: ReservationID) -> Reservation? {
        let place = reservations.partitioningIndex { $0.id >= id }
        return place < reservations.count && reservations[place].id == id ? reservations[place] : nil
    }

    /// Whether a request may run under the reservation that it names.
    func checkReservation(_ resources: ResourceRequest, of user: UserName) throws(Rejection) -> Reservation? {
        guard let id = resources.reservation else { return nil }
        guard let reservation = reservation(id) else { throw .unknownReservation(id) }
        guard owns(reservation.owner, user) else { throw .notYourReservation(id, owner: reservation.owner) }
        guard (1...reservation.devices.count).contains(resources.devices.count) else {
            throw .notInReservation(id, asked: resources.devices.count, reserved: reservation.devices.count)
        }
        return reservation
    }
}
