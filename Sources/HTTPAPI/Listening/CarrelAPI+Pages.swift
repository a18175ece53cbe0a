import CheckoutService
import Hummingbird

extension CarrelAPI {
    /// The routes of pages, which browsers alone ask for.
    static func addPages(
        to router: Router<CarrelContext>, _ parts: Parts, _ access: SessionAccess, _ environments: EnvironmentDesk,
        _ accounts: AccountNames, _ links: SignInLinks
    ) {
        let address = access.address
        PageRoutes(service: parts.service, access: access, environments: environments).add(to: router)
        EnvironmentPages(desk: environments).add(to: router)
        SessionPages(access: access, links: links).add(to: router)
        let tokens = TokenRoutes(tokens: parts.tokens, clock: parts.service.clock, address: address)
        let accountRoutes = AccountRoutes(desk: parts.desk, service: parts.service, names: accounts, links: links)
        let sessions = SessionRoutes(desk: parts.desk, service: parts.service)
        OpenIDRoutes(
            door: parts.outside, desk: parts.desk, names: accounts, clock: parts.service.clock, address: address
        ).add(to: router)
        AccountPages(
            desk: parts.desk, service: parts.service, tokens: tokens, sessions: sessions, accounts: accountRoutes,
            address: address, outside: parts.outside?.title
        ).add(to: router)
        AdministrationPages(
            service: parts.service, desk: parts.desk, health: parts.health,
            pool: PoolRoutes(service: parts.service, health: parts.health),
            reservations: ReservationRoutes(service: parts.service),
            administration: AdministrationRoutes(service: parts.service, accounts: accounts),
            accounts: accountRoutes, links: links, sessions: sessions, tokens: tokens,
            audit: AuditRoutes(trail: parts.audit, clock: parts.service.clock)
        ).add(to: router)
    }
}
