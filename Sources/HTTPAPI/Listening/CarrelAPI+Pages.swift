import Accounts
import CheckoutService
import FleetModel
import LeaseLedger
import Hummingbird

extension CarrelAPI {
    /// The routes of pages, which browsers alone ask for.
    static func addPages(
        to router: Router<CarrelContext>, _ parts: Parts, _ access: SessionAccess, _ environments: EnvironmentDesk,
        _ data: DataDesk, _ accounts: AccountNames, _ links: SignInLinks
    ) {
        let address = access.address
        let files = FileDesk(service: parts.service, opener: parts.files)
        PageRoutes(
            service: parts.service, access: access, environments: environments, data: data, files: files,
            forecasts: ForecastDesk(service: parts.service, key: parts.workKey)
        ).add(
            to: router)
        DataPages(desk: data).add(to: router)
        AdvicePages(routes: AdviceRoutes(service: parts.service), kept: KeptCostRoutes(keeper: parts.ownership)).add(
            to: router)
        EnvironmentPages(desk: environments).add(to: router)
        FilePages(desk: files).add(to: router)
        SessionPages(access: access, links: links).add(to: router)
        let tokens = TokenRoutes(tokens: parts.tokens, clock: parts.service.clock, address: address)
        let accountRoutes = AccountRoutes(
            desk: parts.desk, service: parts.service, names: accounts, links: links, issuerInUse: parts.outside?.issuer,
            numbers: parts.numbers, separatesUsers: parts.owner == 0)
        let sessions = SessionRoutes(desk: parts.desk, service: parts.service)
        OpenIDRoutes(
            door: parts.outside, desk: parts.desk, names: accounts,
            isSpokenFor: { try await isSpokenFor($0, parts) }, clock: parts.service.clock, address: address
        ).add(to: router)
        AccountPages(
            desk: parts.desk, service: parts.service, tokens: tokens, sessions: sessions, accounts: accountRoutes,
            address: address, outside: parts.outside?.title
        ).add(to: router)
        AdministrationPages(
            service: parts.service, desk: parts.desk, health: parts.health,
            pool: PoolRoutes(service: parts.service, health: parts.health),
            reservations: ReservationRoutes(service: parts.service),
            administration: AdministrationRoutes(
                service: parts.service, accounts: accounts, people: parts.desk, data: parts.data, files: parts.files),
            accounts: accountRoutes, links: links, sessions: sessions, tokens: tokens,
            audit: AuditRoutes(trail: parts.audit, clock: parts.service.clock), ownership: parts.ownership
        ).add(to: router)
    }

    /// Whether anything here goes by a name already.
    private static func isSpokenFor(_ user: UserName, _ parts: Parts) async throws -> Bool {
        let state = parts.service.state
        if state.teams.contains(where: { $0.members.contains(user) }) { return true }
        if state.policy.limits.users.contains(where: { $0.name == user }) { return true }
        if (Array(state.live) + state.waiting).contains(where: { state.requests[$0]?.user == user }) { return true }
        if state.reservations.contains(where: { $0.by == user }) { return true }
        if try await !parts.tokens.list(of: user).isEmpty { return true }
        return try await !parts.service.archive.endedRecords(before: nil, limit: 1, user: user).isEmpty
    }
}
