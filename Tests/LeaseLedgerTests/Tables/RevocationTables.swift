import FleetModel
import FleetTestKit
import LeaseLedger
import Testing

/// An administrator takes a lease, with a reason.
@Suite struct RevocationTables {
    @Test func aLeaseIsRevokedWithAReason() throws {
        let ledger = try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            revoke   1 alice it is mine             | ! needsAdministrator
            revoke   1 root! maintenance at noon    | 1 ending revoked root kill +1m
            revoke   1 root! again                  | ! alreadyEnding 1
            return   1 alice                        | ! alreadyEnding 1
            extend   1 1h alice                     | ! alreadyEnding 1
            seen     1 signalled 15                 | 1/1 verifying signalled 15 revoked
            verified 1 clean                        | 1 closed exit 143 clean revoked root
            revoke   1 root! again                  | ! alreadyOver 1 granted
            revoke   9 root! nobody                 | ! unknown 9
            """)
        let receipt = ledger.state.requests[.init(1)]?.lease?.receipt
        #expect(receipt?.reason == .revoked(by: .init("root"), reason: "maintenance at noon"))
    }

    @Test func whatWaitsIsCancelledAndTheReasonIsKept() throws {
        let ledger = try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            revoke   1 root! too many of these      | 1 cancelled root
            revoke   1 root! again                  | ! alreadyOver 1 cancelled
            show     queue                          | -
            """)
        #expect(ledger.state.requests[.init(1)]?.cancelledBecause == "too many of these")
    }

    @Test func aReasonIsOneLineOfPlainText() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            revoke   1 root!                        | ! reasonEmpty
            revoke   1 root! bytes=501              | ! reasonTooLong 501 500
            revoke   1 root! ring BELL              | ! reasonNotPlain
            revoke   1 root! bytes=500              | 1 cancelled root
            """)
    }

    @Test func workThatAnswersTheSignalWithZeroKeepsItsCode() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            revoke   1 root! needed
            seen     1 exited 0                     | 1/1 verifying exited 0 revoked
            verified 1 clean                        | 1 closed exit 0 clean revoked
            """)
    }
}
