import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// Thousands of random steps. The ledger must never trap, break an invariant, or depend on anything but its log.
@Suite struct FuzzTests {
    static let seeds: [UInt64] = Array(1...24)

    @Test(arguments: seeds) func randomSteps(seed: UInt64) throws {
        var fuzz = LedgerFuzz(seed: seed)
        for step in 0..<600 {
            do {
                try fuzz.step()
            } catch {
                throw LedgerFault("seed \(seed), step \(step): \(error)")
            }
        }
        try fuzz.ledger.verifyHistory()
    }

    /// The walk is worth its time only if it comes everywhere.
    @Test func randomStepsComeEverywhere() throws {
        var seen: [String: Int] = [:]
        for seed in 101...128 as ClosedRange<UInt64> {
            var fuzz = LedgerFuzz(seed: seed)
            for _ in 0..<400 { try fuzz.step() }
            seen.merge(fuzz.seen) { $0 + $1 }
        }
        for kind in Self.eventKinds { #expect(seen[kind, default: 0] >= 3, "\(kind): \(seen[kind, default: 0])") }
        for kind in Self.rejectionKinds { #expect(seen["! " + kind, default: 0] >= 1, "\(kind)") }
        #expect(seen["leaseClosed", default: 0] > 100)
    }

    @Test func theSameSeedGivesTheSameLog() throws {
        var first = LedgerFuzz(seed: 7), second = LedgerFuzz(seed: 7), other = LedgerFuzz(seed: 8)
        for _ in 0..<300 {
            try first.step()
            try second.step()
            try other.step()
        }
        #expect(first.ledger.events == second.ledger.events)
        #expect(first.ledger.events != other.ledger.events)
    }

    @Test func timesAtBothEndsOfTime() throws {
        for (seed, start) in [(31, Int64.min), (32, .max - 100_000_000), (33, .max), (34, 0)] as [(UInt64, Int64)] {
            var fuzz = LedgerFuzz(seed: seed)
            fuzz.now = Timestamp(milliseconds: start)
            for _ in 0..<400 { try fuzz.step() }
            try fuzz.ledger.verifyHistory()
        }
    }

    private static let eventKinds = [
        "policySet", "teamSet", "teamRemoved", "nodeReported", "nodeContact", "requestSubmitted", "requestRefused",
        "requestCancelled", "leaseGranted", "leaseExtended", "leaseEnding", "attemptStarting", "attemptRunning",
        "attemptEnded", "verificationFailed", "leaseClosed", "devicesFrozen", "devicesThawed",
        "leaseKept", "idleNoticed", "idleWatchBegan", "reservationMade", "reservationMoved", "reservationBegan",
        "reservationEnded", "leaseDraining",
    ]
    private static let rejectionKinds = [
        "unknown", "notYours", "alreadyOver", "notGrantedYet", "alreadyEnding", "needsAdministrator", "negativeDeviceCount",
        "coresNotPositive", "memoryNotPositive", "durationNotPositive", "durationTooLong", "tooManyWaiting", "unknownTeam",
        "invalidName", "teamNumberNegative", "guaranteeAboveLimit", "memberOfAnotherTeam", "policyOutOfRange",
        "staleGrant notWaiting", "staleGrant unknownNode", "staleGrant nodeOutOfContact", "staleGrant wrongDeviceCount",
        "staleGrant deviceNotFree", "staleGrant deviceDoesNotMatch", "staleGrant notEnoughCores",
        "staleGrant notEnoughMemory", "staleGrant fewerCoresThanAsked", "staleGrant lessMemoryThanAsked",
        "staleGrant aboveTeamLimit",
    ]
}
