import FleetTestKit
import Testing

/// What is said about leases that nobody uses, and what their users say.
@Suite struct IdleTables {
    private static let running = """
        node     n1 a100:2
        policy   root! dryrun=0
        request  1 alice 1
        grant    1 n1:0
        seen     1 running
        watched                                | idle watched
        request  2 bob 2

        """

    @Test func aLeaseIsReturnedAfterTwoWarningsWithTheEvidenceInItsReceipt() throws {
        try LedgerTable.verify(
            Self.running + """
                watched                                | -
                wait     2h
                idle     1 warnedAgain                 | -                        # nothing was said before
                idle     1 released                    | -
                idle     1 warned release=45m          | 1 warned release +2h45m
                idle     1 warned release=45m          | -                        # said once
                idle     1 released                    | -
                wait     30m
                idle     1 warnedAgain release=15m since=2h | 1 warnedAgain release +2h45m
                wait     14m
                idle     1 released since=2h           | -                        # it was promised for later
                wait     1m
                idle     1 released since=2h           | 1 released; 1 ending idle kill +2h46m
                idle     1 released since=2h           | -
                keep     1 alice                       | ! alreadyEnding 1
                seen     1 signalled 15                | 1/1 verifying signalled 15 idle
                verified 1 clean                       | 1 closed exit 122 clean idle attempts 1 devicetime 2h45m idle since +45m
                keep     1 alice                       | ! alreadyOver 1 granted
                """)
    }

    @Test func aFirstWarningThatNamedNoTimeOrWhoseTimeHasPassedIsNoFirstWarning() throws {
        try LedgerTable.verify(
            Self.running + """
                wait     2h
                idle     1 warned                      | 1 warned
                idle     1 warnedAgain since=2h        | -
                idle     1 warned release=45m since=2h | 1 warned release +2h45m
                idle     1 warned release=45m since=2h | -
                wait     46m
                idle     1 warnedAgain since=2h        | -
                idle     1 warned release=45m since=2h | 1 warned release +3h31m
                wait     30m
                idle     1 warnedAgain release=15m since=2h | 1 warnedAgain release +3h31m
                """)
    }

    @Test func oneWhoWaitsCostsOneLease() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            policy   root! dryrun=0
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            request  2 alice 1
            grant    2 n1:1
            seen     2 running
            watched                                | idle watched
            wait     2h
            idle     1 warned release=45m          | 1 warned release +2h45m
            idle     2 warned release=45m          | 2 warned release +2h45m
            wait     30m
            idle     1 warnedAgain release=15m since=2h | 1 warnedAgain release +2h45m
            idle     2 warnedAgain release=15m since=2h | 2 warnedAgain release +2h45m
            wait     15m
            idle     1 released since=2h           | -                        # nobody waits
            request  3 bob 1
            idle     1 released since=2h           | 1 released; 1 ending idle kill +2h46m
            idle     2 released since=2h           | -                        # one is enough
            request  4 carol 1
            idle     2 released since=2h           | 2 released; 2 ending idle kill +2h46m
            """)
    }

    @Test func whoKeepsALeaseHasItsTimeAndTheWarningsBeginAnew() throws {
        try LedgerTable.verify(
            Self.running + """
                wait     2h
                idle     1 warned release=45m          | 1 warned release +2h45m
                wait     30m
                idle     1 warnedAgain since=2h        | 1 warnedAgain release +2h45m
                keep     1 bob                         | ! notYours 1 alice
                keep     7 alice                       | ! unknown 7
                keep     1 alice                       | 1 kept until +4h30m by alice
                wait     20m
                idle     1 released since=2h           | -
                idle     1 warned since=2h             | -                        # not while it is kept
                idle     1 advised since=2h            | -
                keep     1 alice                       | ! keptAlready 1 1h40m 40m
                keep     1 root!                       | ! keptAlready 1 1h40m 40m
                wait     40m
                keep     1 root!                       | 1 kept until +5h30m by root
                wait     2h
                idle     1 released since=5h           | -
                idle     1 warnedAgain since=5h        | -
                idle     1 warned release=45m since=5h | 1 warned release +6h15m
                """)
    }

    @Test func whatIsSaidAboutAnOlderRestDoesNotCount() throws {
        try LedgerTable.verify(
            Self.running + """
                wait     2h
                idle     1 warned release=45m          | 1 warned release +2h45m
                wait     1h
                idle     1 warnedAgain since=59m       | -                        # it was used since the first warning
                idle     1 withdrawn since=59m         | 1 withdrawn
                idle     1 withdrawn since=59m         | -
                idle     1 warned release=45m since=59m | 1 warned release +3h45m
                wait     30m
                idle     1 warnedAgain since=90m       | 1 warnedAgain release +3h45m
                wait     1h
                idle     1 released since=59m          | -                        # and since the second
                idle     1 released since=40m          | -
                """)
    }

    @Test func theDryRunReportsAndTakesNothing() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1 20d
            grant    1 n1:0
            seen     1 running
            idle     1 wouldBeReleased             | 1 wouldBeReleased            # nobody has looked before: as on the first day
            watched                                | idle watched
            wait     2h
            idle     1 warned release=45m          | -
            idle     1 wouldBeReleased             | 1 wouldBeReleased
            idle     1 wouldBeReleased             | -
            idle     1 advised                     | 1 advised
            wait     7d
            idle     1 wouldBeReleased             | -
            idle     1 warned release=45m          | 1 warned release +7d2h45m
            """)
    }

    @Test func whereNobodyMayTakeOrLookNothingIsTaken() throws {
        try LedgerTable.verify(
            Self.running + """
                policy   root! idle=warn
                wait     2h
                idle     1 warned release=45m          | -
                idle     1 warned                      | 1 warned
                idle     1 warnedAgain since=2h        | -
                policy   root! idle=off
                idle     1 withdrawn                   | -
                idle     1 advised                     | -
                """)
    }

    @Test func thereIsNothingToKeepBeforeALeaseOrAfterIt() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            keep     1 alice                       | ! notGrantedYet 1
            return   1 alice
            keep     1 alice                       | ! alreadyOver 1 cancelled
            request  2 alice 0
            grant    2 n1
            seen     2 running
            watched
            policy   root! dryrun=0
            wait     2h
            idle     2 warned                      | -                            # it holds no device
            keep     2 alice                       | 2 kept until +4h by alice
            policy   root! keepfor=0               | ! policyOutOfRange idleKeep
            policy   root! keepfor=30m             | ! policyOutOfRange idleKeep  # Keep may be pressed once an hour
            policy   root! dryrun=-1h              | ! policyOutOfRange idleDryRun
            policy   root! warnafter=0             | ! policyOutOfRange idleTimers
            """)
    }
}
