import FleetTestKit
import Testing

/// Nodes that are to be empty by a time.
@Suite struct DrainTables {
    private static let leases = """
        node     n1 a100:3
        request  1 alice 1 1h
        request  2 alice 1 9h
        request  3 alice 1
        grant    1 n1:0
        grant    2 n1:1
        seen     1 running
        seen     2 running

        """

    @Test func leasesEndByTheDeadline() throws {
        try LedgerTable.verify(
            Self.leases + """
                drain    n1 2h alice           | ! needsAdministrator
                drain    n2 2h root!           | ! unknownNode n2
                drain    n1 -2m root!          | ! drainInThePast 2m
                drain    n1 2h root!           | cordoned n1 drained by +2h; 2 drained by +2h
                drain    n1 2h root!           | -
                cordon   n1 root!              | ! alreadyCordoned n1
                grant    3 n1:2                | ! staleGrant 3 nodeCordoned n1
                show     deadline              | +1h
                extend   1 1h alice            | 1 until +2h by alice
                extend   1 1ms alice           | ! nodeDrained 1 n1 2h
                extend   2 1h alice            | ! nodeDrained 2 n1 2h
                after    2h                    | 1 ending expired; 2 ending drained kill +2h1m
                seen     2 exited 0            | 2/1 verifying exited 0 drained
                verified 2 clean               | 2 closed exit 123 clean drained
                seen     1 exited 0
                verified 1 clean               | 1 closed exit 121 clean expired
                uncordon n1 root!              | uncordoned n1 by root
                grant    3 n1:2                | 3 granted; 3/1 starting
                """)
    }

    @Test func calledOffNothingEnds() throws {
        try LedgerTable.verify(
            Self.leases + """
                drain    n1 2h root!           | cordoned n1 drained by +2h; 2 drained by +2h
                uncordon n1 root!              | uncordoned n1 by root
                after    3h                    | 1 ending expired
                show     2                     | running n1:1 until +9h
                extend   2 1h alice            | 2 until +10h
                """)
    }

    @Test func theDeadlineMoves() throws {
        try LedgerTable.verify(
            Self.leases + """
                drain    n1 30m root!          | cordoned n1 drained by +30m; 1 drained by +30m; 2 drained by +30m
                drain    n1 3h root!           | cordoned n1 drained by +3h; 1 drained by +3h; 2 drained by +3h
                after    1h                    | 1 ending expired
                drain    n1 0 root!            | cordoned n1 drained by +1h; 2 drained by +1h
                show     deadline              | +1h
                clock                          | 2 ending drained
                """)
    }

    @Test func aDrainTakesThePlaceOfACordon() throws {
        try LedgerTable.verify(
            Self.leases + """
                cordon   n1 root!
                drain    n1 2h root!           | cordoned n1 drained by +2h; 2 drained by +2h
                trusted  n1                    | -
                """)
    }

    @Test func whatIsReservedMovesAway() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            node     n2 a100:1
            reserve  alice root! 1 +1h 2h      | reserved 1 n1:0
            drain    n1 9h root!               | cordoned n1 drained by +9h
            clock                              | moved 1 n2:0 nodeCordoned ready +1h
            reserve  alice root! 1 +1h 1h      | ! cannotBeKept 1 0 later 2h
            """)
    }
}
