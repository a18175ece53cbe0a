import Foundation
import LeaseLedger

extension Event {
    var kind: EventKind {
        switch self {
        case .policySet: .policySet
        case .teamSet: .teamSet
        case .teamRemoved: .teamRemoved
        case .nodeReported: .nodeReported
        case .nodeContact: .nodeContact
        case .requestSubmitted: .requestSubmitted
        case .requestRefused: .requestRefused
        case .requestCancelled: .requestCancelled
        case .leaseGranted: .leaseGranted
        case .leaseExtended: .leaseExtended
        case .leaseEnding: .leaseEnding
        case .attemptStarting: .attemptStarting
        case .attemptRunning: .attemptRunning
        case .attemptEnded: .attemptEnded
        case .verificationFailed: .verificationFailed
        case .leaseClosed: .leaseClosed
        case .devicesFrozen: .devicesFrozen
        case .devicesThawed: .devicesThawed
        case .ledgerRestored: .ledgerRestored
        case .deviceQuarantined: .deviceQuarantined
        case .deviceReleased: .deviceReleased
        case .nodeCordoned: .nodeCordoned
        case .nodeUncordoned: .nodeUncordoned
        case .leaseKept: .leaseKept
        case .idleNoticed: .idleNoticed
        case .idleWatchBegan: .idleWatchBegan
        case .leaseReclaiming: .leaseReclaiming
        case .reclaimWithdrawn: .reclaimWithdrawn
        case .workTold: .workTold
        case .reservationMade: .reservationMade
        case .reservationMoved: .reservationMoved
        case .reservationBegan: .reservationBegan
        case .reservationEnded: .reservationEnded
        case .leaseDraining: .leaseDraining
        case .foreignSeen: .foreignSeen
        }
    }

    func encodedPayload(_ encoder: JSONEncoder) throws -> Data {
        switch self {
        case .policySet(let payload): try encoder.encode(payload)
        case .teamSet(let payload): try encoder.encode(payload)
        case .teamRemoved(let payload): try encoder.encode(payload)
        case .nodeReported(let payload): try encoder.encode(payload)
        case .nodeContact(let payload): try encoder.encode(payload)
        case .requestSubmitted(let payload): try encoder.encode(payload)
        case .requestRefused(let payload): try encoder.encode(payload)
        case .requestCancelled(let payload): try encoder.encode(payload)
        case .leaseGranted(let payload): try encoder.encode(payload)
        case .leaseExtended(let payload): try encoder.encode(payload)
        case .leaseEnding(let payload): try encoder.encode(payload)
        case .attemptStarting(let payload): try encoder.encode(payload)
        case .attemptRunning(let payload): try encoder.encode(payload)
        case .attemptEnded(let payload): try encoder.encode(payload)
        case .verificationFailed(let payload): try encoder.encode(payload)
        case .leaseClosed(let payload): try encoder.encode(payload)
        case .devicesFrozen(let payload): try encoder.encode(payload)
        case .devicesThawed(let payload): try encoder.encode(payload)
        case .ledgerRestored(let payload): try encoder.encode(payload)
        case .deviceQuarantined(let payload): try encoder.encode(payload)
        case .deviceReleased(let payload): try encoder.encode(payload)
        case .nodeCordoned(let payload): try encoder.encode(payload)
        case .nodeUncordoned(let payload): try encoder.encode(payload)
        case .leaseKept(let payload): try encoder.encode(payload)
        case .idleNoticed(let payload): try encoder.encode(payload)
        case .idleWatchBegan(let payload): try encoder.encode(payload)
        case .leaseReclaiming(let payload): try encoder.encode(payload)
        case .reclaimWithdrawn(let payload): try encoder.encode(payload)
        case .workTold(let payload): try encoder.encode(payload)
        case .reservationMade(let payload): try encoder.encode(payload)
        case .reservationMoved(let payload): try encoder.encode(payload)
        case .reservationBegan(let payload): try encoder.encode(payload)
        case .reservationEnded(let payload): try encoder.encode(payload)
        case .leaseDraining(let payload): try encoder.encode(payload)
        case .foreignSeen(let payload): try encoder.encode(payload)
        }
    }

    init(_ kind: EventKind, from body: Data, _ decoder: JSONDecoder) throws {
        func payload<Payload: Decodable>() throws -> Payload { try decoder.decode(Payload.self, from: body) }
        switch kind {
        case .policySet: self = .policySet(try payload())
        case .teamSet: self = .teamSet(try payload())
        case .teamRemoved: self = .teamRemoved(try payload())
        case .nodeReported: self = .nodeReported(try payload())
        case .nodeContact: self = .nodeContact(try payload())
        case .requestSubmitted: self = .requestSubmitted(try payload())
        case .requestRefused: self = .requestRefused(try payload())
        case .requestCancelled: self = .requestCancelled(try payload())
        case .leaseGranted: self = .leaseGranted(try payload())
        case .leaseExtended: self = .leaseExtended(try payload())
        case .leaseEnding: self = .leaseEnding(try payload())
        case .attemptStarting: self = .attemptStarting(try payload())
        case .attemptRunning: self = .attemptRunning(try payload())
        case .attemptEnded: self = .attemptEnded(try payload())
        case .verificationFailed: self = .verificationFailed(try payload())
        case .leaseClosed: self = .leaseClosed(try payload())
        case .devicesFrozen: self = .devicesFrozen(try payload())
        case .devicesThawed: self = .devicesThawed(try payload())
        case .ledgerRestored: self = .ledgerRestored(try payload())
        case .deviceQuarantined: self = .deviceQuarantined(try payload())
        case .deviceReleased: self = .deviceReleased(try payload())
        case .nodeCordoned: self = .nodeCordoned(try payload())
        case .nodeUncordoned: self = .nodeUncordoned(try payload())
        case .leaseKept: self = .leaseKept(try payload())
        case .idleNoticed: self = .idleNoticed(try payload())
        case .idleWatchBegan: self = .idleWatchBegan(try payload())
        case .leaseReclaiming: self = .leaseReclaiming(try payload())
        case .reclaimWithdrawn: self = .reclaimWithdrawn(try payload())
        case .workTold: self = .workTold(try payload())
        case .reservationMade: self = .reservationMade(try payload())
        case .reservationMoved: self = .reservationMoved(try payload())
        case .reservationBegan: self = .reservationBegan(try payload())
        case .reservationEnded: self = .reservationEnded(try payload())
        case .leaseDraining: self = .leaseDraining(try payload())
        case .foreignSeen: self = .foreignSeen(try payload())
        }
    }
}
