package import Accounts
package import CheckoutService
import FleetModel
import HTTPTypes
import Hummingbird
import LeaseLedger
package import WireModel

/// All routes, with authentication in front of them.
package struct CarrelAPI: Sendable {
    /// What the routes need; concrete engines and stores stay outside.
    package struct Parts: Sendable {
        package let service: CheckoutService
        package let tokens: AccessTokens
        package let judge: any PeerJudge
        package let keeper: any LedgerKeeper
        /// The argument: also what takes long, such as a replay of the whole log.
        package let health: @Sendable (Bool) async -> HealthView
        /// Whoever ran `up`: an administrator, as is root.
        package let owner: UInt32

        package init(
            service: CheckoutService, tokens: AccessTokens, judge: any PeerJudge, keeper: any LedgerKeeper,
            health: @escaping @Sendable (Bool) async -> HealthView, owner: UInt32
        ) {
            self.service = service
            self.tokens = tokens
            self.judge = judge
            self.keeper = keeper
            self.health = health
            self.owner = owner
        }
    }

    let parts: Parts
    /// Set once the server listens there.
    package let address = HTTPAddress()
    private let accounts = AccountNames()
    let responder: RouterResponder<CarrelContext>
    /// Every route as `GET /v1/requests/{id}`.
    package let routes: [String]

    package init(_ parts: Parts) {
        self.parts = parts
        let router = Router(context: CarrelContext.self)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: TokenMiddleware(tokens: parts.tokens, clock: parts.service.clock))
        // After whatever says who the caller is: pages show it, also those that say what went wrong.
        router.add(middleware: PageMiddleware())
        router.get("health") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: .init(string: "ok\n")))
        }
        MetricsRoute(service: parts.service).add(to: router)
        let group = router.group("v1")
        RequestRoutes(service: parts.service).add(to: group)
        LeaseRoutes(service: parts.service).add(to: group)
        ConsoleRoutes(service: parts.service).add(to: group)
        TerminalRoutes(service: parts.service).add(to: group)
        EventRoutes(service: parts.service).add(to: group)
        AdministrationRoutes(service: parts.service, accounts: accounts).add(to: group)
        ReportRoutes(service: parts.service).add(to: group)
        ReservationRoutes(service: parts.service).add(to: group)
        PoolRoutes(service: parts.service, health: parts.health).add(to: group)
        TelemetryRoutes(service: parts.service).add(to: group)
        EnergyReportRoutes(service: parts.service).add(to: group)
        KeepingRoutes(keeper: parts.keeper).add(to: group)
        TokenRoutes(tokens: parts.tokens, clock: parts.service.clock, address: address).add(to: group)
        routes = router.routes.map { "\($0.method.rawValue) " + Self.templated("\($0.path)") }
        // Pages are no part of the API, and of no document of it.
        PageRoutes(service: parts.service).add(to: router)
        responder = router.buildResponder()
    }

    private static func templated(_ path: String) -> String {
        let parts = path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
        return "/" + parts.joined(separator: "/")
    }

    /// Who a process on the Unix socket is; throws a problem when it may not use its identity here.
    func caller(_ peer: UnixPeer) async throws(Problem) -> Caller {
        let mayEnter: Bool
        do {
            mayEnter = try await parts.judge.mayEnter(pid: peer.pid, process: peer.process?.descriptor)
        } catch {
            throw .peerNotJudged
        }
        // The descriptor must be open until the answer is there.
        guard withExtendedLifetime(peer.process, { mayEnter }) else { throw .peerRefused }
        let isAdministrator = peer.uid == 0 || peer.uid == parts.owner
        return Caller(Requester(try await accounts.name(of: peer.uid), isAdministrator: isAdministrator), uid: peer.uid)
    }
}
