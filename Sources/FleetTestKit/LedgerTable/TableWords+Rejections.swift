import FleetModel
package import LeaseLedger

extension TableWords {
    /// A rejection with its numbers.
    package static func rejection(_ rejection: Rejection) -> String {
        switch rejection {
        case .unknown(let id): "unknown \(id)"
        case .notYours(let id, let owner): "notYours \(id) \(owner)"
        case .alreadyOver(let id, let phase): "alreadyOver \(id) \(phase)"
        case .notGrantedYet(let id): "notGrantedYet \(id)"
        case .alreadyEnding(let id): "alreadyEnding \(id)"
        case .heldForAnother(let id, let holder, let until): "heldForAnother \(id) \(holder) \(Self.span(until))"
        case .needsAdministrator: "needsAdministrator"
        case .negativeDeviceCount(let count): "negativeDeviceCount \(count)"
        case .coresNotPositive(let cores): "coresNotPositive \(cores.text)"
        case .memoryNotPositive(let memory): "memoryNotPositive \(memory.bytes)"
        case .durationNotPositive(let span): "durationNotPositive \(Self.span(span))"
        case .reservationTooLong(let asked, let longest):
            "reservationTooLong \(Self.span(asked)) \(Self.span(longest))"
        case .durationTooLong(let asked, let longest): "durationTooLong \(Self.span(asked)) \(Self.span(longest))"
        case .tooManyWaiting(let count, let limit): "tooManyWaiting \(count) \(limit)"
        case .unknownTeam(let name): "unknownTeam \(name)"
        case .invalidName(let name): "invalidName \(name)"
        case .teamNumberNegative(let number): "teamNumberNegative \(number)"
        case .guaranteeAboveLimit(let guarantee, let limit): "guaranteeAboveLimit \(guarantee) \(limit)"
        case .memberOfAnotherTeam(let user, let team): "memberOfAnotherTeam \(user) \(team)"
        case .policyOutOfRange(let field): "policyOutOfRange \(field.rawValue)"
        case .policyChanged: "policyChanged"
        case .unknownDevice(let device): "unknownDevice \(device)"
        case .alreadyQuarantined(let device): "alreadyQuarantined \(device)"
        case .notQuarantined(let device): "notQuarantined \(device)"
        case .unknownNode(let node): "unknownNode \(node)"
        case .alreadyCordoned(let node): "alreadyCordoned \(node)"
        case .notCordoned(let node): "notCordoned \(node)"
        case .keptAlready(let id, let holds, let again): "keptAlready \(id) \(Self.span(holds)) \(Self.span(again))"
        case .staleGrant(let id, let stale): "staleGrant \(id) \(self.stale(stale))"
        case .reasonEmpty: "reasonEmpty"
        case .reasonTooLong(let bytes, let limit): "reasonTooLong \(bytes) \(limit)"
        case .reasonNotPlain: "reasonNotPlain"
        case .beingReclaimed(let id, let request, let until): "beingReclaimed \(id) \(request) \(Self.span(until))"
        case .warningIncomplete: "warningIncomplete"
        case .staleReclaim(let id, let stale): "staleReclaim \(id) \(self.stale(stale))"
        case .drainInThePast(let span): "drainInThePast \(Self.span(span))"
        case .nodeDrained(let id, let node, let until): "nodeDrained \(id) \(node) \(Self.span(until))"
        case .reservationsAreOff, .unknownReservation, .notYourReservation, .nothingToReserve, .reservationInThePast,
            .reservationTooFarAhead, .tooManyReservations, .tooManyDevicesReserved, .cannotBeKept, .notInReservation,
            .reserved, .pastReservation:
            reservation(rejection)
        case .aboveDeviceLimit, .aboveLongestLease, .longestLeaseReached, .aboveWeeklyLimit, .weeklyLimitReached:
            limit(rejection)
        }
    }

    private static func reservation(_ rejection: Rejection) -> String {
        switch rejection {
        case .reservationsAreOff: "reservationsAreOff"
        case .unknownReservation(let id): "unknownReservation \(id)"
        case .notYourReservation(let id, let owner): "notYourReservation \(id) \(Self.owner(owner))"
        case .nothingToReserve: "nothingToReserve"
        case .reservationInThePast(let span): "reservationInThePast \(Self.span(span))"
        case .reservationTooFarAhead(let asked, let furthest):
            "reservationTooFarAhead \(Self.span(asked)) \(Self.span(furthest))"
        case .tooManyReservations(let limit): "tooManyReservations \(limit)"
        case .tooManyDevicesReserved(let asked, let reserved, let limit):
            "tooManyDevicesReserved \(asked) \(reserved) \(limit)"
        case .cannotBeKept(let asked, let most, let later):
            "cannotBeKept \(asked) \(most) \(later.map { "later " + Self.span($0) } ?? "never")"
        case .notInReservation(let id, let asked, let reserved): "notInReservation \(id) \(asked) \(reserved)"
        case .reserved(let id, let reservation, let owner, let from):
            "reserved \(id) \(reservation) \(Self.owner(owner)) \(Self.span(from))"
        case .pastReservation(let id, let reservation, let until): "pastReservation \(id) \(reservation) \(Self.span(until))"
        default: "\(rejection)"
        }
    }

    private static func stale(_ stale: Rejection.StaleReclaim) -> String {
        switch stale {
        case .isOff: "isOff"
        case .notWaiting(let id): "notWaiting \(id)"
        case .notGuaranteed(let held, let asked, let guarantee): "notGuaranteed \(held) \(asked) \(guarantee)"
        case .notRunning: "notRunning"
        case .noDevices: "noDevices"
        case .underReservation(let id): "underReservation \(id)"
        case .notBorrowed(let devices, let borrowed): "notBorrowed \(devices) \(borrowed)"
        case .tooYoung: "tooYoung"
        case .endsAnyway: "endsAnyway"
        case .notReclaimed: "notReclaimed"
        case .aboveLimit(let limit): self.limit(limit)
        }
    }

    private static func stale(_ stale: Rejection.StaleGrant) -> String {
        switch stale {
        case .notWaiting: "notWaiting"
        case .unknownNode(let node): "unknownNode \(node)"
        case .nodeOutOfContact(let node): "nodeOutOfContact \(node)"
        case .nodeCordoned(let node): "nodeCordoned \(node)"
        case .wrongDeviceCount(let asked, let planned): "wrongDeviceCount \(asked) \(planned)"
        case .deviceNamedTwice(let key): "deviceNamedTwice \(key)"
        case .deviceNotFree(let key): "deviceNotFree \(key)"
        case .deviceDoesNotMatch(let key): "deviceDoesNotMatch \(key)"
        case .fewerCoresThanAsked(let asked, let planned): "fewerCoresThanAsked \(asked.text) \(planned.text)"
        case .lessMemoryThanAsked(let asked, let planned): "lessMemoryThanAsked \(asked.bytes) \(planned.bytes)"
        case .notEnoughCores(let asked, let free): "notEnoughCores \(asked.text) \(free.text)"
        case .notEnoughMemory(let asked, let free): "notEnoughMemory \(asked.bytes) \(free.bytes)"
        case .aboveTeamLimit(let held, let asked, let limit): "aboveTeamLimit \(held) \(asked) \(limit)"
        case .reservationNotRunning(let id): "reservationNotRunning \(id)"
        case .deviceNotInReservation(let key, let id): "deviceNotInReservation \(key) \(id)"
        case .deviceReserved(let key, let id): "deviceReserved \(key) \(id)"
        case .roomReserved: "roomReserved"
        case .aboveLimit(let limit): self.limit(limit)
        }
    }
}
