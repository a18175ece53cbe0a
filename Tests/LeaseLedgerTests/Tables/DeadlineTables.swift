import FleetTestKit
import Testing

/// Time: ends, graces, extensions, and clocks that go backwards.
@Suite struct DeadlineTables {
    @Test func theNextDeadlineIsTheFirstEndOrTheFirstGrace() throws {
        try LedgerTable.verify(
            """
            show     deadline                      | never
            node     n1 a100:4
            request  1 alice 1 3h
            show     deadline                      | never                         # waiting has no end
            grant    1 n1:0
            show     deadline                      | +3h
            request  2 bob 1 2h
            grant    2 n1:1
            show     deadline                      | +2h
            seen     2 running
            after    2h                            | 2 ending expired kill +2h1m
            show     deadline                      | +2h1m
            after    1m                            | -
            return   1 alice                       | 1 ending returned alice kill +2h2m
            show     deadline                      | +2h2m                         # the grace of 2 is over
            seen     2 killed
            seen     1 neverBegan
            show     deadline                      | never                         # looking at devices has no end
            verified 1 clean
            verified 2 clean
            show     deadline                      | never
            """)
    }

    @Test func severalLeasesExpireAtOnceInTheirOrder() throws {
        try LedgerTable.verify(
            """
            policy   root! grace=30s
            node     n1 a100:4
            request  1 alice 1 2h
            request  2 bob 1 1h
            request  3 carol 1 2h
            request  4 dave 1 3h
            plan     4 n1:3; 1 n1:0; 3 n1:2; 2 n1:1 | 4 granted; 4/1 starting; 1 granted; 1/1 starting; 3 granted; 3/1 starting; 2 granted; 2/1 starting
            after    59m                           | -
            after    1m                            | 2 ending expired kill +1h30s
            after    1h                            | 1 ending expired kill +2h30s; 3 ending expired kill +2h30s
            clock                                  | -
            after    24h                           | 4 ending expired kill +1d2h30s # as late as somebody looks
            """)
    }

    @Test func aGraceOfNothingKillsAtOnce() throws {
        try LedgerTable.verify(
            """
            policy   root! grace=0                 | policy by root
            node     n1 a100:4
            request  1 alice 1 1h
            grant    1 n1:0
            seen     1 running
            after    1h                            | 1 ending expired kill +1h
            owed     1 running                     | kill 1/1
            show     deadline                      | never
            policy   root! grace=1h                | policy by root                # what is ending keeps its time
            owed     1 running                     | kill 1/1
            """)
    }

    @Test func anExtensionCountsFromTheEndAndIsMeasuredFromNow() throws {
        try LedgerTable.verify(
            """
            policy   root! longest=10h default=1h
            node     n1 a100:4
            request  1 alice 1 2h
            grant    1 n1:0
            extend   1 1h bob                      | ! notYours 1 alice
            extend   1 1h alice                    | 1 until +3h by alice
            extend   1 1h root!                    | 1 until +4h by root
            extend   1 -1h alice                   | ! durationNotPositive -1h
            extend   1 6h alice                    | 1 until +10h
            extend   1 1s alice                    | ! durationTooLong 10h1s 10h
            extend   1 forever alice               | ! durationTooLong 9223370308854775807ms 10h   # from now to the end of time
            after    1h                            | -
            extend   1 1h alice                    | 1 until +11h                  # an hour has passed
            extend   9 1h alice                    | ! unknown 9
            after    9h                            | -
            after    1h                            | 1 ending expired kill +11h1m
            extend   1 1h alice                    | ! alreadyEnding 1
            """)
    }

    @Test func anExtensionThatRacesWithTheEnd() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1 1h
            grant    1 n1:0
            request  2 bob 1 1h
            grant    2 n1:1
            wait     59m
            extend   1 1h alice                    | 1 until +2h
            wait     2m                            # the end of 2 has passed, and nobody told the ledger
            extend   2 30s bob                     | ! alreadyEnding 2             # too short to reach to now
            extend   2 1m bob                      | ! alreadyEnding 2
            extend   2 1h bob                      | 2 until +2h                   # it came before the end was taken in
            clock                                  | -
            after    59m                           | 1 ending expired; 2 ending expired
            extend   2 1h bob                      | ! alreadyEnding 2
            """)
    }

    @Test func theLedgersTimeNeverGoesBack() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            wait     10h
            request  1 alice 1 1h
            wait     -9h
            grant    1 n1:0                        | 1 granted n1:0 until +11h; 1/1 starting
            after    1h                            | -
            wait     -30d
            seen     1 running                     | 1/1 running
            return   1 alice                       | 1 ending returned alice kill +10h1m
            owed     1 running                     | stop 1/1
            wait     forever
            owed     1 running                     | kill 1/1
            """)
    }

    @Test func theEndOfTimeIsNoTrap() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:4
            request  1 alice 1 1h
            wait     forever
            grant    1 n1:0                        | 1 granted; 1/1 starting
            extend   1 30d alice                   | ! alreadyEnding 1
            clock                                  | 1 ending expired
            show     deadline                      | never
            seen     1 exited 0                    | 1/1 verifying exited 0 expired
            verified 1 clean                       | 1 closed exit 121 clean expired attempts 1 devicetime 0s
            """)
    }
}
