import Accounts
import CheckoutService
import EngineInterface
import FleetModel
import FleetTestKit
import HTTPAPI
import LeaseLedger
import OpenIDConnect
import WireModel

/// The API's parts without a disk, processes or accounts.
enum StubParts {
    static let start = ManualClock.start

    static func make(
        judge: any PeerJudge = Everybody(), keeper: any LedgerKeeper = NoKeeper(),
        accounts: [Account] = [], allocated: Set<UInt32> = [],
        identities: [(UserName, OutsideIdentity)] = [], owner: UInt32 = 0
    ) -> CarrelAPI.Parts {
        let log = InMemoryEventLog()
        let around = LedgerWriter.Surroundings(
            log: log, archive: log, clock: ManualClock(), plan: { _, _ in Plan() }, releaseBallast: { false },
            restoreBallast: { true }, giveUp: { fatalError($0) })
        let engine = NoEngine()
        let service = CheckoutService(
            state: LedgerState(), around: around, engine: engine, console: engine, nodeReport: { nil })
        return CarrelAPI.Parts(
            service: service, tokens: AccessTokens(storage: NoTokens()),
            desk: desk(accounts, allocated: allocated, identities: identities),
            audit: AuditTrail(storage: MemoryAudit(), complain: { _ in }), judge: judge, keeper: keeper,
            health: { _ in HealthView(version: "test", findings: []) }, owner: owner)
    }

    static func desk(
        _ accounts: [Account], allocated: Set<UInt32> = [], identities: [(UserName, OutsideIdentity)] = []
    ) -> SignInDesk {
        let storage = MemoryAccounts(accounts, allocated: allocated, identities: identities)
        return SignInDesk(directory: AccountDirectory(storage, accounts), storage: storage)
    }

    /// The way in by a provider, which nobody asks anything.
    static func outside(_ issuer: String, _ desk: SignInDesk) -> OutsideDoor {
        let settings = OpenIDSettings(issuer: issuer, clientID: "carrel", clientSecret: nil, allowed: [], title: issuer)
        return OutsideDoor(
            provider: OpenIDProvider(settings, transport: NoProvider(), now: { 0 }),
            people: OutsidePeople(desk: desk, storage: NoOutside()),
            namesAreUnixUsers: false, complain: { _ in })
    }

    private struct NoProvider: ProviderTransport {
        func get(_ url: String) async throws(OpenIDFailure) -> [UInt8] { throw .notBegun }
        func post(
            _ url: String, form: String, authorization: String?
        ) async throws(OpenIDFailure) -> ProviderAnswer { throw .notBegun }
    }

    private struct NoOutside: OutsideStorage {
        func user(issuer: String, subject: String) async throws -> UserName? { nil }
        func addAccount(_ account: Account, issuer: String, subject: String) async throws -> Bool { false }
        func addIdentity(of user: UserName, issuer: String, subject: String, at: Timestamp) async throws -> Bool { false }
        func allocateUnixID(
            from first: UInt32, to last: UInt32, for user: UserName, at: Timestamp
        ) async throws -> UInt32? { nil }
    }

    struct Everybody: PeerJudge {
        func seat(pid: Int32, process: Int32?) async -> PeerSeat { .besideServer }
    }

    struct NoKeeper: LedgerKeeper {
        func makeBackup() async throws -> String { throw EngineError.failed(detail: "there is no ledger") }
        func exportedLines(after sequence: Int64?, limit: Int) async throws -> (lines: [String], last: Int64?) {
            ([], sequence)
        }
    }

    private struct NoEngine: EngineDriver, AttemptConsole {
        func use(of attempts: [AttemptKey]) async throws(EngineError) -> [AttemptUse] { [] }
        var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }
        func launch(_ order: LaunchOrder) async throws(EngineError) {}
        func stop(_ attempt: AttemptKey, force: Bool) async throws(EngineError) {}
        func list() async throws(EngineError) -> [AttemptStatus] { [] }
        func verify(_ attempt: AttemptKey, devices: [Device]) async throws(EngineError) -> [CleanCheck] { [] }
        func holders(of devices: [Device]) async throws(EngineError) -> DeviceHolders {
            DeviceHolders(holders: [], unknown: devices.map(\.key))
        }
        func endHolder(_ pid: Int32, of device: Device, force: Bool) async throws(EngineError) -> HolderEnd { .gone }
        func forget(_ attempt: AttemptKey) async throws(EngineError) {}
        func readOutput(
            _ attempt: AttemptKey, _ stream: OutputStream, from offset: Int64, limit: Int
        ) async throws(EngineError) -> OutputPiece? { nil }
        func writeInput(
            _ attempt: AttemptKey, offset: Int64, bytes: [UInt8], end: Bool
        ) async throws(EngineError) -> Int64 { 0 }
        func signal(_ attempt: AttemptKey, _ number: Int32) async throws(EngineError) {}
    }

    private struct NoTokens: TokenStorage {
        func addToken(
            digest: [UInt8], user: UserName, name: String, scope: TokenScope, createdAt: Timestamp, expiresAt: Timestamp?
        ) async throws -> TokenRecord {
            TokenRecord(
                id: 1, user: user, name: name, scope: scope, createdAt: createdAt, expiresAt: expiresAt)
        }
        func token(digest: [UInt8]) async throws -> TokenRecord? { nil }
        func tokens(of user: UserName?) async throws -> [TokenRecord] { [] }
        func markTokenUsed(_ id: Int64, at: Timestamp) async throws {}
        func revokeToken(_ id: Int64, of user: UserName?, at: Timestamp) async throws -> TokenRecord? { nil }
    }
}

extension ManualClock: LedgerClock {}
