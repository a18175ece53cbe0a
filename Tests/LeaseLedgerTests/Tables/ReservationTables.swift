import FleetTestKit
import Testing

/// Claims on future devices, rule by rule.
@Suite struct ReservationTables {
    private static let twoDevices = """
        node     n1 a100:2
        team     vision root! +alice

        """

    @Test func onlyWhatCanBeKeptIsAccepted() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                request  1 bob 1 4h
                grant    1 n1:0                | 1 granted n1:0 until +4h; 1/1 starting
                reserve  alice root! 2 +1h 2h  | ! cannotBeKept 2 1 later 3h     # device 0 is bob's until +4h
                reserve  alice root! 3 +1h 2h  | ! cannotBeKept 3 1 never
                reserve  alice root! 1xh100 +1h 2h | ! cannotBeKept 1 0 never
                reserve  +vision root! 1 +1h 2h | reserved 1 n1:1 for +vision +1h to +3h
                reserve  bob root! 1 +2h 1h    | ! cannotBeKept 1 0 later 1h     # both are taken then
                reserve  bob root! 1 +3h 1h    | reserved 2 n1:1 for bob +3h to +4h
                reserve  bob root! 2 +4h 1h    | reserved 3 n1:0,1 for bob +4h to +5h
                show     deadline              | +1h
                """)
    }

    @Test func whoMayReserveThePolicySays() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                reserve  alice alice 1 +1h 1h  | ! needsAdministrator
                policy   root! reserving=everyone
                reserve  alice alice 1 +1h 1h  | reserved 1 n1:0 for alice +1h to +2h
                reserve  +vision alice 1 +1h 1h | reserved 2 n1:1 for +vision +1h to +2h
                reserve  bob alice 1 +3h 1h    | ! needsAdministrator
                reserve  +vision bob 1 +3h 1h  | ! needsAdministrator
                reserve  +robots root! 1 +3h 1h | ! unknownTeam robots
                unreserve 1 bob                | ! notYourReservation 1 alice
                unreserve 2 alice              | ended 2 cancelled alice         # she made it
                unreserve 2 alice              | ! unknownReservation 2
                unreserve 1 root!              | ended 1 cancelled root
                policy   root! reserving=off
                reserve  alice root! 1 +1h 1h  | ! reservationsAreOff
                """)
    }

    @Test func whatMakesNoSenseIsTurnedAway() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                reserve  alice root! 0 +1h 1h  | ! nothingToReserve
                reserve  alice root! -1 +1h 1h | ! nothingToReserve
                reserve  alice root! 1 +1h 0   | ! durationNotPositive 0s
                reserve  alice root! 1 +1h -1h | ! durationNotPositive -1h
                reserve  alice root! 1 +1h forever | ! reservationTooLong forever 7d
                reserve  alice root! 1 +1h 169h | ! reservationTooLong 7d1h 7d
                reserve  alice root! 1 -2m 1h  | ! reservationInThePast 2m
                reserve  alice root! 1 +721h 1h | ! reservationTooFarAhead 30d1h 30d
                reserve  alice root! 1000000 +1h 1h | ! cannotBeKept 1000000 2 never
                reserve  alice root! 1 -1m 1h  | reserved 1 n1:0 for alice +0s to +1h   # typed a moment ago
                policy   root! reserved=2
                reserve  alice root! 2 +30m 1h | ! tooManyDevicesReserved 2 1 2
                reserve  alice root! 1 +30m 1h | reserved 2 n1:1
                """)
    }

    @Test func noLeaseReachesIntoIt() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                reserve  alice root! 1 +2h 2h  | reserved 1 n1:0 for alice +2h to +4h
                request  1 bob 1 3h
                request  2 bob 1 2h
                request  3 bob 1 1h
                grant    1 n1:0                | ! staleGrant 1 deviceReserved n1:0 1
                grant    2 n1:0                | 2 granted n1:0 until +2h; 2/1 starting        # it ends as it begins
                extend   2 1ms bob             | ! reserved 2 1 alice 2h
                grant    1 n1:1                | 1 granted n1:1 until +3h; 1/1 starting
                extend   1 9h bob              | 1 until +12h by bob
                seen     2 running
                after    2h                    | 2 ending expired
                grant    3 n1:0                | ! staleGrant 3 deviceNotFree n1:0
                seen     2 exited 0
                verified 2 clean
                clock                          | began 1
                grant    3 n1:0                | ! staleGrant 3 deviceReserved n1:0 1
                """)
    }

    @Test func workRunsUnderItAndEndsWithIt() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                reserve  alice root! 1 +1h 2h  | reserved 1 n1:0
                request  1 bob 1 under=1       | ! notYourReservation 1 alice
                request  1 alice 2 under=1     | ! notInReservation 1 2 1
                request  1 alice 0 under=1     | ! notInReservation 1 0 1
                request  1 alice 1 under=7     | ! unknownReservation 7
                request  1 alice 1 under=1     | 1 waiting alice vision for 2h
                request  2 alice 1 5h under=1  | 2 waiting alice vision for 5h
                grant    1 n1:0                | ! staleGrant 1 reservationNotRunning 1
                after    1h                    | began 1
                grant    2 n1:1                | ! staleGrant 2 deviceNotInReservation n1:1 1
                grant    2 n1:0                | 2 granted n1:0 until +3h; 2/1 starting        # and not +6h
                seen     2 running
                extend   2 1h alice            | ! pastReservation 2 1 2h
                after    30m                   | -                                # it is used: it does not lapse
                after    90m                   | 2 ending expired; ended 1 over; 1 refused
                """)
    }

    @Test func unusedItLapses() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                policy   root! unused=10m
                reserve  alice root! 1 +1h 2h  | reserved 1 n1:0
                after    1h                    | began 1
                show     deadline              | +1h10m
                after    9m                    | -
                after    1m                    | ended 1 lapsed
                show     deadline              | never
                request  1 bob 1 9h
                grant    1 n1:0                | 1 granted n1:0 until +10h10m; 1/1 starting
                """)
    }

    @Test func whoWaitsForItHasNotLeftItAlone() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                policy   root! unused=10m
                reserve  alice root! 1 +1h 2h  | reserved 1 n1:0
                request  1 alice 1 under=1
                after    1h                    | began 1
                show     deadline              | +3h
                after    1h                    | -
                after    1h                    | ended 1 over; 1 refused
                """)
    }

    @Test func cancelledWhileItRunsItsWorkGoesOn() throws {
        try LedgerTable.verify(
            Self.twoDevices + """
                reserve  alice root! 2 +1h 2h  | reserved 1 n1:0,1
                after    1h                    | began 1
                request  1 alice 1 under=1
                request  2 alice 1 under=1
                grant    1 n1:0                | 1 granted n1:0 until +3h; 1/1 starting
                unreserve 1 alice              | ended 1 cancelled alice; 2 refused
                show     1                     | starting n1:0 until +3h
                extend   1 1h alice            | 1 until +4h by alice
                """)
    }

    @Test func itMovesWhenItsDevicesFail() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            node     n2 a100:1
            request  1 bob 1 4h
            grant    1 n2:0
            reserve  alice root! 1 +1h 2h      | reserved 1 n1:0
            unhealthy n1:0 hardware
            clock                              | moved 1 n1:1 devicesFailed ready +1h
            lost     n1
            clock                              | moved 1 nowhere nodeLost                                # bob has n2:0 for longer than it lasts
            """)
    }

    @Test func whatIsLateGetsWhatComesFreeFirst() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            node     n2 a100:1
            node     n3 a100:1
            request  1 bob 1 4h
            request  2 bob 1 6h
            grant    1 n1:0
            grant    2 n2:0
            seen     2 running
            reserve  alice root! 1 +1h 9h      | reserved 1 n3:0 for alice +1h to +10h
            lost     n3
            clock                              | moved 1 n1:0 nodeLost ready +4h
            extend   1 1h bob                  | ! reserved 1 1 alice 1h
            after    1h                        | -                                # it is late
            return   2 bob
            clock                              | moved 1 n2:0 roomFound
            seen     2 exited 0
            verified 2 clean
            clock                              | began 1
            """)
    }

    @Test func whatNothingCanHoldWaitsForRoom() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            reserve  alice root! 2 +1h 2h      | reserved 1 n1:0,1
            quarantine n1:1 root!
            clock                              | moved 1 nowhere devicesFailed
            clock                              | -
            after    1h                        | -
            release  n1:1 root!
            clock                              | moved 1 n1:0,1 roomFound ready +1h; began 1
            after    2h                        | ended 1 over
            """)
    }

    /// A reclaim may be withdrawn, and then the lease goes on to its own end.
    @Test func whatIsBeingTakenBackIsNotCountedOn() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            team     vision root! +alice guarantee=2
            request  1 bob 1
            request  2 bob 1
            grant    1 n1:0
            grant    2 n1:1
            seen     1 running
            seen     2 running
            request  3 alice 1
            after    1h
            plan     reclaim 2 3               | 2 reclaimed for 3 at +1h5m
            reserve  carol root! 1 +10m 1h     | ! cannotBeKept 1 0 later 22h50m
            return   3 alice                   | 3 cancelled
            after    5m                        | 2 spared
            """)
    }

    @Test func coresAndMemoryAreReservedToo() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2 cores=8
            reserve  alice root! 1 +1h 2h      | reserved 1 n1:0
            request  1 bob 0 4h cores=5
            grant    1 n1                      | ! staleGrant 1 roomReserved
            request  2 bob 0 1h cores=8
            grant    2 n1                      | 2 granted none until +1h; 2/1 starting
            extend   2 1h bob                  | ! reserved 2 1 alice 1h
            request  3 bob 1 9h cores=4
            after    1h                        | 2 ending; began 1
            seen     2 exited 0
            verified 2 clean
            grant    3 n1:1                    | 3 granted n1:1 until +10h; 3/1 starting
            request  4 alice 1 under=1 cores=4
            grant    4 n1:0                    | 4 granted n1:0 until +3h; 4/1 starting
            """)
    }
}
