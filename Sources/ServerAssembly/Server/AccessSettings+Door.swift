import Accounts
import CheckoutService
import FleetModel
import Glibc
import HTTPAPI
import LocalEngine
import OpenIDConnect

extension AccessSettings {
    /// The way in by a provider; nil: none is asked for. Ends the server where its secret can't be read.
    func outsideDoor(desk: SignInDesk, storage: any OutsideStorage, clock: any LedgerClock) -> OutsideDoor? {
        guard let openID else { return nil }
        let settings: OpenIDSettings
        do throws(OpenIDConfiguration.NoSecret) { settings = try openID.settings() } catch {
            complain(error.words + " The server did not start; work that runs goes on. Then run `carrel up` again.")
            exit(Launcher.configurationErrorStatus)
        }
        return OutsideDoor(
            provider: OpenIDProvider(settings, now: { (clock.now() + clock.wallAhead()).milliseconds / 1_000 }),
            people: OutsidePeople(desk: desk, storage: storage, unixIDs: unixIDs),
            namesAreUnixUsers: openID.namesAreUnixUsers, complain: { complain($0) })
    }
}
