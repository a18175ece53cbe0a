package import FleetModel
import LeaseLedger

extension WaitReason {
    /// What it needs is free, and reserved for others.
    package struct Reserved: Hashable, Sendable {
        package let reservation: ReservationID
        package let owner: ReservationOwner
        package let node: NodeName
        package let devices: Int
        package let startsAt: Timestamp
        package let endsAt: Timestamp

        func sentence(at now: Timestamp) -> String {
            let verb = devices == 1 ? "is" : "are"
            let span =
                startsAt <= now
                ? "for another \((endsAt - now).orInstant)"
                : "for \((endsAt - startsAt).text), beginning in \((startsAt - now).orInstant)"
            return "\(Words.gpus(devices)) on \(node) \(verb) reserved for \(owner.words), \(span)."
        }

        func advice(at now: Timestamp) -> String? {
            startsAt - now < .seconds(1)
                ? nil : "A lease of at most \((startsAt - now).text) may use what is free before that."
        }
    }

    /// Why a request waits that names a reservation.
    package struct OwnReservation: Hashable, Sendable {
        /// What stands between it and its devices.
        package enum State: Hashable, Sendable {
            case notBegun(startsAt: Timestamp)
            /// nil: nothing says when, or nothing can hold it at present.
            case late(readyAt: Timestamp?)
            case inUse
        }

        package let reservation: ReservationID
        package let state: State

        func sentence(at now: Timestamp) -> String {
            switch state {
            case .notBegun(let startsAt): "Reservation \(reservation) begins in \((startsAt - now).orInstant)."
            case .late(nil):
                "Nothing can hold reservation \(reservation) at present: its GPUs failed or its node is lost. It gets the first that come free."
            case .late(let readyAt?):
                "Reservation \(reservation) is late: others still have its GPUs; they come free \(Words.within(readyAt, from: now))."
            case .inUse:
                "What reservation \(reservation) has left does not do: work under it has its GPUs, or cores, memory or the team's limit are lacking."
            }
        }
    }
}

extension SchedulingPass {
    /// nil: it names no reservation.
    func awaitedReservation(of record: RequestRecord) -> WaitReason? {
        guard let id = record.resources.reservation, let reservation = state.reservation(id) else { return nil }
        let what: WaitReason.OwnReservation.State
        if reservation.startsAt > now {
            what = .notBegun(startsAt: reservation.startsAt)
        } else if reservation.beganAt == nil {
            what = .late(readyAt: reservation.allocation == nil ? nil : state.readyAt(reservation, at: now))
        } else {
            what = .inUse
        }
        return .ownReservation(WaitReason.OwnReservation(reservation: id, state: what))
    }

    /// The reservation that keeps free devices from it and begins first; nil: none does.
    func reservedForOthers(_ waiter: Waiter, _ pool: Pool) -> WaitReason? {
        var found: (claim: NodeClaims.Claim, node: Int)?
        for node in state.nodes.indices where state.nodes[node].takesLeases {
            guard let claims = pool.book[node] else { continue }
            let free = pool.matching(waiter.shape, on: node).filter { pool.node(node).isFree[$0] }
            guard free.count >= waiter.deviceCount else { continue }
            for claim in claims.claims where claim.startsAt < waiter.endsAt && claim.endsAt > now {
                if let found, found.claim.startsAt <= claim.startsAt { continue }
                found = (claim, node)
            }
        }
        guard let (claim, node) = found, let reservation = state.reservation(claim.id) else { return nil }
        return .reserved(
            WaitReason.Reserved(
                reservation: claim.id, owner: reservation.owner, node: state.nodes[node].name, devices: claim.slots.count,
                startsAt: claim.startsAt, endsAt: claim.endsAt))
    }
}
