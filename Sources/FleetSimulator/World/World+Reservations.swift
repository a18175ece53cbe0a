import FleetModel
import LeaseLedger

/// People who reserve, and administrators who drain nodes.
extension World {
    /// Claims, some of which can be kept; what they are for comes when they were accepted.
    mutating func reserve() -> Bool {
        for _ in 0..<1 + luck.below(3) {
            let owner: ReservationOwner
            if let team = options.crowd.teams.first, luck.below(3) == 0 {
                owner = .team(team.name)
            } else {
                owner = .user(luck.pick(options.crowd.users))
            }
            let wish = NewReservation(
                owner: owner, name: "course", devices: DeviceSelector(count: luck.pick([1, 1, 2, 3, 0])),
                startsAt: clock + luck.span(.zero, .hours(2)), span: luck.span(.minutes(5), .hours(1)))
            ask(.reserve(wish, by: luck.below(6) == 0 ? Self.stranger : Self.root))
        }
        return true
    }

    /// Sometimes nobody comes, and sometimes it is given up.
    mutating func notice(_ made: Reservation) {
        let users: [UserName]
        switch made.owner {
        case .user(let user): users = [user]
        case .team(let name): users = options.crowd.teams.first { $0.name == name }?.members ?? []
        }
        let before = max(TimeSpan.zero, made.startsAt - clock)
        for number in 0..<luck.below(4) where !users.isEmpty {
            let resources = ResourceRequest(
                devices: DeviceSelector(count: 1 + luck.below(made.devices.count)),
                duration: luck.below(3) == 0 ? nil : luck.span(.minutes(1), .hours(1)), reservation: made.id)
            let key = people.add(
                Submission(user: luck.pick(users), name: "under \(made.id) \(number)", resources: resources))
            plan(.submits(key), in: luck.span(.zero, before + .minutes(10)))
        }
        if luck.below(6) == 0 {
            plan(.commands(.cancelReservation(made.id, by: Self.root)), in: luck.span(.zero, before + .hours(1)))
        }
        if luck.below(8) == 0 { plan(.commands(.cancelReservation(made.id, by: Self.stranger)), in: .zero) }
    }

    mutating func drainNode() -> Bool {
        guard let site = sites.randomElement(using: &luck) else { return false }
        let name = site.shape.name
        let deadline = clock + luck.pick([.zero, luck.span(.minutes(1), .hours(1))])
        ask(.drain(name, by: deadline, detail: "", luck.below(6) == 0 ? Self.stranger : Self.root))
        if luck.below(3) == 0 {
            let other = clock + luck.span(.minutes(10), .hours(2))
            plan(.commands(.drain(name, by: other, detail: "", Self.root)), in: luck.span(.zero, .minutes(10)))
        }
        plan(.commands(.uncordon(name, by: Self.root)), in: luck.span(.zero, .hours(2)))
        return true
    }

    /// The faults are over: what is still claimed is given up, so that everything comes to an end.
    mutating func giveUpReservations() {
        for reservation in replica.reservations { ask(.cancelReservation(reservation.id, by: Self.root)) }
    }
}
