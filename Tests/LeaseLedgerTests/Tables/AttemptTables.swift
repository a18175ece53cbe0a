import FleetTestKit
import Testing

/// What the engine reports about attempts. It is never rejected; what is stale or known changes nothing.
@Suite struct AttemptTables {
    @Test func anAttemptThatNeverBeganIsFollowedByTheNextUpToTheLimit() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0                        | 1 granted; 1/1 starting
            seen     1/1 neverBegan                | 1/2 starting
            seen     1/1 neverBegan                | -                             # the old one again
            seen     1/1 exited 0                  | -
            seen     1/1 running                   | -
            seen     1/2 neverBegan                | 1/3 starting
            seen     1/3 neverBegan                | 1/4 starting
            show     1                             | starting n1:0 until +1d attempt 4 known
            seen     1/4 neverBegan                | 1/5 starting
            seen     1/5 neverBegan                | 1/5 verifying neverBegan launchFailed
            verified 1/4 clean                     | -
            verified 1/5 clean                     | 1 closed exit 126 clean launchFailed attempts 5
            """)
    }

    @Test func whatIsStaleOrDoubledOrUnknownIsIgnored() throws {
        try LedgerTable.verify(
            """
            seen     1 running                     | -
            seen     1 exited 0                    | -
            node     n1 a100:2
            request  1 alice 1
            seen     1 running                     | -                             # it still waits
            seen     1 neverBegan                  | -
            verified 1 clean                       | -
            grant    1 n1:0
            seen     1/2 running                   | -                             # nobody started that one
            seen     1/2 exited 0                  | -
            seen     1/0 running                   | -
            seen     1/-1 exited 0                 | -
            seen     0/1 running                   | -
            seen     -5/1 exited 0                 | -
            seen     9223372036854775807/9223372036854775807 running | -
            seen     1 running                     | 1/1 running
            seen     1 running                     | -
            seen     1 exited 0                    | 1/1 verifying
            seen     1 exited 0                    | -
            seen     1 exited 1                    | -
            seen     1 running                     | -
            verified 1 clean                       | 1 closed exit 0
            seen     1 running                     | -
            seen     1 exited 0                    | -
            """)
    }

    @Test func onlyWhatNeverBeganWhileStartingIsTriedAgain() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            seen     1 neverBegan                  | 1/1 verifying neverBegan launchFailed  # a contradiction ends it
            request  2 alice 1
            grant    2 n1:1
            return   2 alice
            seen     2 neverBegan                  | 2/1 verifying neverBegan returned      # nobody wants it any more
            request  3 alice 1
            grant    3 n1:2
            seen     3 launchFailed                | 3/1 verifying launchFailed             # trying again is no use
            request  4 alice 1
            grant    4 n1:3
            seen     4 nodeLost                    | 4/1 verifying nodeLost nodeLost
            """)
    }

    @Test func anAttemptMayEndBeforeItWasSeenToRun() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1
            grant    1 n1:0
            seen     1 exited 0                    | 1/1 verifying exited 0 finished
            request  2 alice 1
            grant    2 n1:1
            return   2 alice
            seen     2 running                     | 2/1 running                   # while it was ending already
            seen     2 running                     | -
            seen     2 exited 9                    | 2/1 verifying exited 9 returned
            """)
    }
}
