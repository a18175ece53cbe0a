import FleetTestKit
import Testing

/// The life of a lease, from the grant to the receipt.
@Suite struct LeaseTables {
    @Test func workThatEndsByItselfKeepsItsExitCode() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4                     | node n1 4
            request  1 alice 2xa100 2h             | 1 waiting
            grant    1 n1:0,1                      | 1 granted n1:0,1 until +2h; 1/1 starting
            show     1                             | starting n1:0,1 until +2h attempt 1 known
            show     n1                            | known free n1:2,3 cores 62
            show     n1:0                          | offered held 1
            seen     1 running                     | 1/1 running
            after    10m                           | -
            seen     1 exited 3                    | 1/1 verifying exited 3 finished
            show     n1:0                          | offered held 1                # held until they are looked at
            after    5m                            | -
            verified 1 clean                       | 1 closed exit 3 clean finished attempts 1 devicetime 30m
            show     1                             | closed n1:0,1
            show     n1                            | known free n1:0,1,2,3 cores 64 memory 549755813888
            show     live                          | -
            """)
    }

    @Test func everyEndHasItsExitCode() throws {
        try LedgerTable.verify(
            """
            node     n1 t4:1
            request  1 alice 1
            grant    1 n1:0
            seen     1 signalled 11                | 1/1 verifying signalled 11 finished
            verified 1 clean                       | 1 closed exit 139
            request  2 alice 1
            grant    2 n1:0
            seen     2 running
            seen     2 killed                      | 2/1 verifying killed finished
            verified 2 clean                       | 2 closed exit 137
            request  3 alice 1
            grant    3 n1:0
            seen     3 launchFailed                | 3/1 verifying launchFailed launchFailed
            verified 3 clean                       | 3 closed exit 127
            request  4 alice 1
            grant    4 n1:0
            seen     4 running
            seen     4 nodeLost                    | 4/1 verifying nodeLost nodeLost
            verified 4 clean                       | 4 closed exit 120
            request  5 alice 1 1h
            grant    5 n1:0
            seen     5 running
            after    1h                            | 5 ending expired
            seen     5 exited 0                    | 5/1 verifying exited 0 expired
            verified 5 clean                       | 5 closed exit 121
            request  6 alice 1
            grant    6 n1:0
            seen     6 running
            return   6 alice                       | 6 ending returned alice
            seen     6 signalled 15                | 6/1 verifying signalled 15 returned
            verified 6 clean                       | 6 closed exit 143
            request  7 alice 1
            grant    7 n1:0
            return   7 alice
            seen     7 neverBegan                  | 7/1 verifying neverBegan returned
            verified 7 clean                       | 7 closed exit 143 clean returned alice attempts 1 devicetime 0s
            """)
    }

    @Test func aLeaseIsGivenBackOnce() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            return   1 bob                         | ! notYours 1 alice
            return   1 alice                       | 1 ending returned alice kill +1m
            return   1 alice                       | ! alreadyEnding 1
            return   1 root!                       | ! alreadyEnding 1
            extend   1 1h alice                    | ! alreadyEnding 1
            seen     1 exited 0                    | 1/1 verifying exited 0 returned
            return   1 alice                       | ! alreadyEnding 1
            verified 1 clean                       | 1 closed exit 0
            return   1 alice                       | ! alreadyOver 1 granted
            extend   1 1h alice                    | ! alreadyOver 1 granted
            request  2 alice 1
            grant    2 n1:0
            seen     2 running
            return   2 root!                       | 2 ending returned root        # an administrator for her
            """)
    }

    @Test func theFirstReasonOfAnEndStays() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1 1h
            grant    1 n1:0
            seen     1 running
            return   1 alice                       | 1 ending returned
            after    2h                            | -                             # no second end for its time
            seen     1 nodeLost                    | 1/1 verifying nodeLost returned
            verified 1 clean                       | 1 closed exit 120
            request  2 alice 1 1h
            grant    2 n1:0
            seen     2 running
            after    1h                            | 2 ending expired
            return   2 alice                       | ! alreadyEnding 2
            seen     2 launchFailed                | 2/1 verifying launchFailed expired
            verified 2 clean                       | 2 closed exit 121
            """)
    }

    @Test func devicesAreHeldUntilTheyAreClean() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            verified 1 clean                       | -                             # nobody asked yet
            seen     1 exited 0
            verified 1 dirty                       | 1/1 unclean
            verified 1 dirty                       | -                             # the same again is no news
            show     n1:0                          | offered held 1
            verified 1 dirtier                     | 1/1 unclean
            verified 1 dirty                       | 1/1 unclean
            request  2 bob 1
            grant    2 n1:0                        | ! staleGrant 2 deviceNotFree n1:0
            verified 1/2 clean                     | -                             # no such attempt
            verified 1/0 clean                     | -
            verified 9 clean                       | -
            verified 1 clean                       | 1 closed exit 0 clean
            verified 1 clean                       | -
            grant    2 n1:0                        | 2 granted; 2/1 starting
            """)
    }

    @Test func aReceiptSaysWhatWasNotLookedAt() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            grant    1 n1:0
            seen     1 exited 0
            verified 1 unchecked                   | 1 closed exit 0 unproven
            request  2 alice 1
            grant    2 n1:0
            seen     2 exited 0
            verified 2 nothing                     | 2 closed exit 0 unproven
            """)
    }
}
