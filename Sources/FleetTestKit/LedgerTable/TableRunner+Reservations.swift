import FleetModel
import LeaseLedger

extension TableRunner {
    /// `reserve OWNER WHO WANT FROM SPAN`: for a user, or `+vision` for a team; FROM counts from the table's now.
    mutating func reserve(_ arguments: inout TableArguments) throws -> TableAnswer {
        let owner = try arguments.next("an owner"), requester = try arguments.requester()
        let devices = try TableArguments.selector(arguments.next("what it wants"))
        let text = try arguments.next("when it begins")
        let from = try TableArguments.span(text.hasPrefix("+") ? String(text.dropFirst()) : text)
        let span = try TableArguments.span(arguments.next("how long it lasts"))
        return try command(
            .reserve(
                NewReservation(
                    owner: owner.hasPrefix("+") ? .team(TeamName(String(owner.dropFirst()))) : .user(UserName(owner)),
                    name: arguments.option("name") ?? "claim", devices: devices, startsAt: now + from, span: span),
                by: requester))
    }

    mutating func unreserve(_ arguments: inout TableArguments) throws -> TableAnswer {
        let id = ReservationID(try TableArguments.number(arguments.next("the number of a reservation")))
        return try command(.cancelReservation(id, by: arguments.requester()))
    }

    /// `drain NODE SPAN WHO`.
    mutating func drain(_ arguments: inout TableArguments) throws -> TableAnswer {
        let node = NodeName(try arguments.next("a node"))
        let deadline = now + (try TableArguments.span(arguments.next("a span")))
        return try command(.drain(node, by: deadline, detail: "", arguments.requester()))
    }
}
