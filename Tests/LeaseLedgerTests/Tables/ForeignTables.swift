import FleetTestKit
import Testing

/// Devices that somebody uses whom no lease accounts for.
@Suite struct ForeignTables {
    @Test func aDeviceThatOthersUseIsNotLentUntilTheyAreGone() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            foreign  n1:7 42                       | -                        # there is no such device
            foreign  n1:0 none                     | -
            foreign  n1:0 43,42                    | foreign n1:0 42,43
            foreign  n1:0 42,43                    | -
            grant    1 n1:0                        | ! staleGrant 1 deviceNotFree n1:0
            foreign  n1:0 42                       | foreign n1:0 42
            grant    1 n1:0                        | ! staleGrant 1 deviceNotFree n1:0
            foreign  n1:0 none                     | foreign n1:0 none
            grant    1 n1:0
            foreign  n1:0 42                       | foreign n1:0 42          # whoever has it goes on
            """)
    }

    @Test func whoUsedADeviceThatWentAwayIsForgotten() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            grant    1 n1:0
            foreign  n1:0 42                       | foreign n1:0 42
            node     n1 a100:1 without=0
            foreign  n1:0 43                       | -
            node     n1 a100:1
            foreign  n1:0 none                     | -
            """)
    }

    @Test func whereItIsOnlyShownItIsLentAllTheSame() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            request  1 alice 1
            foreign  n1:0 42                       | foreign n1:0 42
            policy   root! foreign=warn            | policy by root
            policy   root! foreign=block           | policy by root
            grant    1 n1:0                        | ! staleGrant 1 deviceNotFree n1:0
            policy   root! foreign=warn            | policy by root
            grant    1 n1:0
            """)
    }
}
