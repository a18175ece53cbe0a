import FleetTestKit
import Testing

/// Devices that must not be offered, whoever holds them.
@Suite struct QuarantineTables {
    @Test func whatIsUnhealthyIsNotOfferedUntilItRecovers() throws {
        try LedgerTable.verify(
            """
            unhealthy n1:0 reset                   | -                            # nobody knows that device
            node     n1 a100:2
            recovered n1:0                         | -
            unhealthy n1:0 reset                   | quarantined n1:0 reset
            unhealthy n1:0 reset                   | -
            unhealthy n1:0 retest                  | -                            # weighs less
            unhealthy n1:0 hardware                | quarantined n1:0 hardware
            show     n1:0                          | offered quarantined hardware
            request  1 alice 1
            grant    1 n1:0                        | ! staleGrant 1 deviceNotFree n1:0
            grant    1 n1:1                        | 1 granted; 1/1 starting
            recovered n1:0 old                     | -                            # it was another one that was cured
            recovered n1:0                         | released n1:0
            recovered n1:0                         | -
            show     n1                            | known free n1:0
            """)
    }

    @Test func aDeviceThatIsGivenUpGoesAndTheRestOfTheLeaseComesBack() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 2
            grant    1 n1:0,1
            seen     1 running
            seen     1 exited 0
            verified 1 clean stuck=n1:0            | 1/1 unclean
            verified 1 clean stuck=n1:0 giveup=n1:1 | -                           # that is another one
            verified 1 dirty giveup=n1:0           | 1/1 unclean                  # not about one device
            verified 1 clean stuck=n1:0 giveup=n1:0 | quarantined n1:0 retest; 1 closed exit 0 failed
            show     n1                            | known free n1:1
            recovered n1:0                         | released n1:0
            show     n1                            | known free n1:0,1
            """)
    }

    @Test func aFatalFaultEndsTheWorkThatRunsOnIt() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            request  1 alice 1
            grant    1 n1:0
            seen     1 running
            unhealthy n1:1 reboot ending           | quarantined n1:1 reboot
            unhealthy n1:0 reboot ending           | quarantined n1:0 reboot; 1 ending deviceFailed
            unhealthy n1:0 reboot ending           | -
            seen     1 signalled 15                | 1/1 verifying signalled 15 deviceFailed
            verified 1 clean                       | 1 closed exit 143 clean deviceFailed
            show     n1                            | known free none
            """)
    }

    @Test func whatVanishesInQuarantineComesBackInQuarantine() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            unhealthy n1:0 reboot                  | quarantined n1:0 reboot
            node     n1 a100:2 without=0           | node n1 1
            show     n1:0                          | missing quarantined reboot
            node     n1 a100:2                     | node n1 2
            show     n1:0                          | offered quarantined reboot
            node     n1 a100:2 without=0
            release  n1:0 root!                  | released n1:0 by root
            show     n1:0                          | unknown
            """)
    }

    @Test func anAdministratorTakesDevicesOutAndPutsThemBack() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:1
            quarantine n1:0 alice               | ! needsAdministrator
            quarantine n1:7 root!                | ! unknownDevice n1:7
            release  n1:0 root!                  | ! notQuarantined n1:0
            quarantine n1:0 root!                | quarantined n1:0 hand
            quarantine n1:0 root!                | ! alreadyQuarantined n1:0
            recovered n1:0                         | -                            # a hand put it there
            release  n1:0 alice                 | ! needsAdministrator
            release  n1:0 root!                  | released n1:0 by root
            """)
    }

    @Test func aStraysDevicesThatAreGivenUpAreThawedIntoQuarantine() throws {
        try LedgerTable.verify(
            """
            node     n1 a100:2
            stray    7/1 n1:0,1
            verified 7/1 clean stuck=n1:0          | -
            verified 7/1 clean stuck=n1:0 giveup=n1:0 | quarantined n1:0 retest; thawed 7/1
            show     n1                            | known free n1:1
            """)
    }
}
