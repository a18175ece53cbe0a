package import Accounts
package import CheckoutService
package import EngineInterface
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
import SessionGateway
import WebPages
package import WireModel

/// All routes, with authentication in front of them.
package struct CarrelAPI: Sendable {
    /// What the routes need; concrete engines and stores stay outside.
    package struct Parts: Sendable {
        package let service: CheckoutService
        package let tokens: AccessTokens
        package let desk: SignInDesk
        package let audit: AuditTrail
        package let judge: any PeerJudge
        package let keeper: any LedgerKeeper
        /// The argument: also what takes long, such as a replay of the whole log.
        package let health: @Sendable (Bool) async -> HealthView
        /// Whoever ran `up`: an administrator, as is root.
        package let owner: UInt32
        /// Below which each session has a host of its own; nil: it follows from the address.
        package let sessionDomain: String?
        /// A provider that vouches for people; nil: there is none.
        package var outside: OutsideDoor?
        /// nil: there are no shared environments.
        package let environments: (any EnvironmentKeeper)?
        /// nil: there are no data sets.
        package var data: DataShelf?
        /// Looks at folders that are to be data sets.
        package var surveyor: (any DataSurveyor)?
        /// For accounts that administrators make; nil: they get no number.
        package var numbers: UnixNumbers?
        package var copies: (any DataCopyKeeper)?
        /// nil: nobody's files are opened.
        package var files: (any FileOpener)?
        /// What is compared about owning and renting; nil: nothing is kept.
        package var ownership: OwnershipKeeper?
        /// Whom root's work runs as; nil: as root, or all work runs as whoever ran `up`.
        package var rootWorkUser: UInt32?
        /// Tells work from other work; another one, and no earlier run is known again.
        package var workKey = (0..<32).map { _ in UInt8.random(in: 0 ... .max) }

        package init(
            service: CheckoutService, tokens: AccessTokens, desk: SignInDesk, audit: AuditTrail, judge: any PeerJudge,
            keeper: any LedgerKeeper,
            health: @escaping @Sendable (Bool) async -> HealthView, owner: UInt32, sessionDomain: String? = nil,
            environments: (any EnvironmentKeeper)? = nil
        ) {
            self.service = service
            self.tokens = tokens
            self.desk = desk
            self.audit = audit
            self.judge = judge
            self.keeper = keeper
            self.health = health
            self.owner = owner
            self.sessionDomain = sessionDomain
            self.environments = environments
        }
    }

    let parts: Parts
    /// Set once the server listens there.
    package let address: HTTPAddress
    /// Who may enter sessions; runs beside the listeners.
    package let doorkeeper: SessionDoorkeeper
    /// What is being answered; runs beside the listeners.
    package let answers: OpenAnswers
    let gateway: SessionGateway
    private let accounts = AccountNames()
    let callers: CallerMaker
    private let links: SignInLinks
    let responder: RouterResponder<CarrelContext>
    /// Every route as `GET /v1/requests/{id}`.
    package let routes: [String]
    /// Those of pages, in the same way.
    let pages: [String]

    package init(_ parts: Parts) {
        self.parts = parts
        address = HTTPAddress(sessionDomain: parts.sessionDomain)
        callers = CallerMaker(
            directory: parts.desk.directory, owner: parts.owner, rootWorkUser: parts.rootWorkUser)
        links = SignInLinks(desk: parts.desk, clock: parts.service.clock, address: address)
        let access = SessionAccess(service: parts.service, desk: parts.desk, address: address)
        doorkeeper = SessionDoorkeeper(access: access, callers: callers, audit: parts.audit)
        var settings = GatewaySettings()
        settings.words = SessionNotice.words
        // Each connection has a door of its own.
        gateway = SessionGateway(settings) { _ in .now(.pass) }
        answers = OpenAnswers(
            tokens: parts.tokens, desk: parts.desk, callers: callers, clock: parts.service.clock)
        let router = Router(context: CarrelContext.self)
        Self.addMiddleware(to: router, parts, callers, address, answers)
        router.get("health") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: .init(string: "ok\n")))
        }
        SignInRoutes(
            desk: parts.desk, clock: parts.service.clock, address: address, ways: SignInWays(parts.outside, parts.desk)
        ).add(
            to: router)
        MetricsRoute(service: parts.service).add(to: router)
        let group = router.group("v1")
        let data = DataDesk(
            service: parts.service, shelf: parts.data, surveyor: parts.surveyor, keeper: parts.copies)
        RequestRoutes(
            service: parts.service, address: address, data: data, callers: callers,
            forecasts: ForecastDesk(service: parts.service, key: parts.workKey)
        ).add(to: group)
        LeaseRoutes(service: parts.service).add(to: group)
        let environments = EnvironmentDesk(service: parts.service, keeper: parts.environments)
        EnvironmentRoutes(desk: environments).add(to: group)
        DataRoutes(desk: data).add(to: group)
        FileRoutes(desk: FileDesk(service: parts.service, opener: parts.files)).add(to: group)
        ConsoleRoutes(service: parts.service).add(to: group)
        TerminalRoutes(service: parts.service).add(to: group)
        EventRoutes(service: parts.service).add(to: group)
        AdministrationRoutes(
            service: parts.service, accounts: accounts, people: parts.desk, data: parts.data, files: parts.files
        ).add(to: group)
        ReportRoutes(service: parts.service).add(to: group)
        ReservationRoutes(service: parts.service).add(to: group)
        PoolRoutes(service: parts.service, health: parts.health).add(to: group)
        TelemetryRoutes(service: parts.service).add(to: group)
        EnergyReportRoutes(service: parts.service).add(to: group)
        AccuracyRoutes(service: parts.service).add(to: group)
        AdviceRoutes(service: parts.service).add(to: group)
        KeptCostRoutes(keeper: parts.ownership).add(to: group)
        KeepingRoutes(keeper: parts.keeper).add(to: group)
        TokenRoutes(tokens: parts.tokens, clock: parts.service.clock, address: address).add(to: group)
        SessionRoutes(desk: parts.desk, service: parts.service).add(to: group)
        AccountRoutes(
            desk: parts.desk, service: parts.service, names: accounts, links: links, issuerInUse: parts.outside?.issuer,
            numbers: parts.numbers, separatesUsers: parts.owner == 0
        ).add(to: group)
        TicketRoutes(links: links).add(to: group)
        LoginRoutes(desk: parts.desk, tokens: parts.tokens, clock: parts.service.clock, address: address).add(to: group)
        AuditRoutes(trail: parts.audit, clock: parts.service.clock).add(to: group)
        EntranceRoutes(access: access, links: links).add(to: group)
        routes = router.routes.map { "\($0.method.rawValue) " + Self.templated("\($0.path)") }
        // Pages are no part of the API, and of no document of it.
        Self.addPages(to: router, parts, access, environments, data, accounts, links)
        // The router has them in an order of its own.
        let all = router.routes.map { "\($0.method.rawValue) " + Self.templated("\($0.path)") }
        pages = all.filter(Set(all).subtracting(routes).contains)
        responder = router.buildResponder()
    }

    /// What every request goes through, in this order.
    private static func addMiddleware(
        to router: Router<CarrelContext>, _ parts: Parts, _ callers: CallerMaker, _ address: HTTPAddress,
        _ answers: OpenAnswers
    ) {
        router.add(middleware: ClientAddressMiddleware(address: address))
        router.add(middleware: AuditMiddleware(trail: parts.audit, clock: parts.service.clock))
        router.add(middleware: StrictTransportMiddleware(address: address))
        router.add(middleware: PublicOriginMiddleware(address: address))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: TokenMiddleware(tokens: parts.tokens, callers: callers, clock: parts.service.clock))
        router.add(
            middleware: SessionMiddleware(
                sessions: parts.desk.sessions, callers: callers, clock: parts.service.clock, address: address))
        router.add(middleware: OpenAnswersMiddleware(answers: answers))
        // After whatever says who the caller is: pages show it, also those that say what went wrong.
        router.add(middleware: PageMiddleware())
    }

    static func templated(_ path: String) -> String {
        let parts = path.split(separator: "/").map { part in
            part == "**" ? "{path}" : part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The sign-in link of the first administrator, whoever ran `up`, until one has signed in; nil: one has, or there is no
    /// HTTP address to sign in at.
    package func firstLink() async -> String? {
        let isSettled = parts.desk.directory.all.contains { $0.role == .administrator && $0.lastSignInAt != nil }
        guard !isSettled, address.text != nil, let name = try? await accounts.name(of: parts.owner),
            let caller = try? callers.caller(SocketPeer(uid: parts.owner, name: name))
        else { return nil }
        return try? await links.make(for: nil, by: caller).url
    }

    /// Who a process on the Unix socket is; throws a problem when it may not use its identity here.
    func peer(_ peer: UnixPeer) async throws(Problem) -> SocketPeer {
        let seat: PeerSeat
        do {
            seat = try await parts.judge.seat(pid: peer.pid, process: peer.process?.descriptor)
        } catch {
            throw .peerNotJudged
        }
        // The descriptor must be open until the answer is there.
        switch withExtendedLifetime(peer.process, { seat }) {
        case .besideServer: break
        case .amongOtherProcesses: throw .peerRefused
        case .amongOtherUsers: throw .peerAmongOtherUsers
        }
        let name = try await accounts.name(of: peer.uid)
        // Nobody logs in by a number that was given to an account and to no user of this machine: whoever has it was lent it.
        if peer.uid != parts.owner, name == UserName("uid-\(peer.uid)"), try await isGiven(peer.uid) {
            throw .peerOfANumber(peer.uid)
        }
        return SocketPeer(uid: peer.uid, name: name)
    }

    private func isGiven(_ number: UInt32) async throws(Problem) -> Bool {
        if let range = parts.numbers?.range ?? parts.outside?.people.numbers?.range, range.first <= number,
            number <= range.last
        {
            return true
        }
        do throws(SignInRefusal) { return try await parts.desk.wasAllocated(unixID: number) } catch { throw Problem(error) }
    }
}
