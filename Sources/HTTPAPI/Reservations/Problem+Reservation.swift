import FleetModel
import LeaseLedger
import WireModel

extension Problem {
    /// Of reservations and of draining: what was asked, what holds, what would change it.
    static func reservation(_ rejection: Rejection) -> Problem {
        switch rejection {
        case .drainInThePast(let span): .badInput("The node was to be empty \(span.text) ago. Give a time to come: --by 2h")
        case .nodeDrained(let id, let node, let until):
            conflict(
                "node-drained", "Its node is drained",
                "Lease \(id) is on \(node), which is to be empty in \(until.text). It can't last longer than that; nothing was changed.",
                id)
        case .reservationsAreOff:
            Problem(
                "reservations-off", title: "Nothing can be reserved", status: 403,
                detail:
                    "The policy has no reservations; nothing was reserved. An administrator turns them on: carrel policy --reservations admins"
            )
        case .unknownReservation(let id):
            .notFound("There is no reservation \(id), or it is over; nothing was changed. `carrel reserve` lists them.")
        case .notYourReservation(let id, let owner):
            Problem(
                "not-yours", title: "Not yours", status: 403,
                detail: "Reservation \(id) is for \(owner.words); nothing was changed. `carrel reserve` lists them all.")
        case .reservationTooLong(let asked, let longest):
            unprocessable(
                "too-long", "Too long",
                "\(asked.text) is longer than the policy's \(longest.text) for a reservation. Nothing was reserved; ask for less, or let an administrator raise `carrel policy --reservation-longest`."
            )
        case .nothingToReserve: .badInput("A reservation without GPUs keeps nothing; ask for 1 or more.")
        case .reservationInThePast(let span):
            .badInput("That was \(span.text) ago; nothing was reserved. Give a time to come: --from 14:00, or --from now.")
        case .reservationTooFarAhead(let asked, let furthest):
            unprocessable(
                "too-far-ahead", "Too far ahead",
                "It would begin in \(asked.text), and the policy allows \(furthest.text). Nothing was reserved; ask again later, or let an administrator raise `carrel policy --reservation-ahead`."
            )
        case .tooManyReservations(let limit):
            conflict(
                "too-many-reservations", "Too many reservations",
                "There are \(limit) already, and no more are kept. Nothing was reserved; cancel some: carrel reserve --cancel ID"
            )
        case .tooManyDevicesReserved(let asked, let reserved, let limit):
            conflict(
                "too-many-reserved", "Too many GPUs reserved at once",
                "\(reserved) of the \(limit.counted("GPU")) that may be reserved at once are reserved in that time, and this asks for \(asked). Nothing was reserved; choose another time, or let an administrator raise `carrel policy --reservation-limit`."
            )
        case .cannotBeKept(let asked, let most, let later):
            conflict("cannot-be-kept", "It could not be kept", cannotBeKept(asked, most, later))
        case .notInReservation(let id, let asked, let reserved):
            unprocessable(
                "not-in-reservation", "Not within the reservation",
                "Reservation \(id) has \(reserved.counted("GPU")), and this asks for \(asked). Ask for 1 to \(reserved), or without a reservation."
            )
        case .reserved(let id, let reservation, let owner, let from):
            conflict(
                "reserved", "Reserved for others",
                "What lease \(id) has is reserved for \(owner.words) \(from < .seconds(1) ? "now" : "in \(from.text)") (reservation \(reservation)). It can't last beyond that; nothing was changed.",
                id)
        case .pastReservation(let id, let reservation, let until):
            conflict(
                "past-reservation", "The reservation ends",
                "Lease \(id) runs under reservation \(reservation), which ends in \(until.text), and ends with it. Nothing was changed.",
                id)
        default: .internalError("\(rejection)")
        }
    }

    private static func cannotBeKept(_ asked: Int, _ most: Int, _ later: TimeSpan?) -> String {
        let has =
            most >= asked
            ? "The GPUs would be there on one node, but not the cores and memory that go with them."
            : "No node can keep \(asked.counted("GPU")) of that kind for that whole time, by the ends of leases and beside other reservations; \(most == 0 ? "none" : "the most") is \(most == 0 ? "free" : "\(most)")."
        let hint =
            later.map { " The same is possible \($0.text) later." }
            ?? " Ask for fewer, for another time, or for less time; `carrel gpus` shows what there is."
        return has + " Nothing was reserved." + hint
    }

    private static func conflict(_ kind: String, _ title: String, _ detail: String, _ id: LeaseID? = nil) -> Problem {
        Problem(kind, title: title, status: 409, detail: detail, exitCode: 1, request: id?.number)
    }

    private static func unprocessable(_ kind: String, _ title: String, _ detail: String) -> Problem {
        Problem(kind, title: title, status: 422, detail: detail, exitCode: ExitCode.usage)
    }
}
