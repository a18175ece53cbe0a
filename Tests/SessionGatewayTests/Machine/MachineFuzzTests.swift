import SessionGateway
import Testing

/// Every order of events, the impossible ones too: nothing traps, and what must hold holds.
@Suite struct MachineFuzzTests {
    /// SplitMix64: the same numbers for the same seed, everywhere.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Keeps account of what was done, in words of its own.
    private struct Account {
        enum Backend { case none, making, held }

        var backend = Backend.none
        var isTunnel = false
        /// Of the request that is served: asked, answered in full.
        var asks = 0, answers = 0
        var answerIsOpen = false
        var isClosed = false
        var complaints: [String] = []

        mutating func take(_ action: GatewayAction) {
            if isClosed { complaints.append("\(action) after the end") }
            switch action {
            case .ask: asks += 1
            case .connect:
                if backend != .none { complaints.append("connects with a backend at hand") }
                backend = .making
            case .sendHead: expect(.held, action)
            case .sendBody, .sendEnd, .closeBackendOutput: expect(.held, action)
            case .abandonConnection:
                expect(.making, action)
                backend = .none
            case .releaseBackend, .closeBackend, .finishBackend:
                if isTunnel, action == .releaseBackend { complaints.append("a tunnel's backend is kept for others") }
                backend = .none
            case .answerHead:
                if answerIsOpen { complaints.append("two heads for one answer") }
                answerIsOpen = true
            case .answerBody: if !answerIsOpen { complaints.append("a body without a head") }
            case .answerEnd:
                if !answerIsOpen { complaints.append("an end without a head") }
                answerIsOpen = false
                answers += 1
            case .refuse, .explain:
                if answerIsOpen { complaints.append("words in the middle of an answer") }
                answers += 1
            case .startTunnel: isTunnel = true
            default: break
            }
        }

        private mutating func expect(_ state: Backend, _ action: GatewayAction) {
            if backend != state { complaints.append("\(action) while the backend is \(backend)") }
        }
    }

    private static func event(_ numbers: inout Numbers, _ account: Account) -> GatewayEvent {
        let facts = RequestFacts(
            hasBody: .random(using: &numbers), asksUpgrade: .random(using: &numbers), isLast: Int.random(in: 0..<4, using: &numbers) == 0,
            isRepeatable: .random(using: &numbers))
        let status = [100, 101, 103, 200, 200, 200, 204, 304, 404, 500].randomElement(using: &numbers) ?? 200
        let every: [GatewayEvent] = [
            .head(facts), .head(facts), .body, .body, .end, .end, .end, .fault, .inputClosed(isBehind: .random(using: &numbers)),
            .clientWritable(.random(using: &numbers)), .passed, .passed, .refused, .forwarded, .forwarded, .forwarded, .forwarded,
            .answered, .unreachable, .responseHead(.init(status: status, keepsAlive: .random(using: &numbers))),
            .responseHead(.init(status: status, keepsAlive: .random(using: &numbers))), .responseBody, .responseEnd, .responseEnd,
            .responseFault, .backendInputClosed, .backendWritable(.random(using: &numbers)), .tunnelled, .cut, .quiesce,
            .connected(isReused: .random(using: &numbers)), .connected(isReused: .random(using: &numbers)), .backendGone,
            .clientGone, .expired(GatewayDeadline.allCases.randomElement(using: &numbers) ?? .stall),
        ]
        // The rare ones would otherwise end most histories before they begin.
        let chosen = every.randomElement(using: &numbers) ?? .end
        switch chosen {
        case .clientGone, .fault, .cut, .quiesce, .expired, .inputClosed:
            return Int.random(in: 0..<6, using: &numbers) == 0 ? chosen : .end
        default: return chosen
        }
    }

    @Test(arguments: 0..<40) func anyOrderOfEventsKeepsTheRules(block: Int) {
        for seed in UInt64(block) * 500..<UInt64(block + 1) * 500 {
            var numbers = Numbers(state: seed)
            var machine = GatewayMachine()
            var account = Account()
            var history: [GatewayEvent] = []
            for _ in 0..<120 {
                let event = Self.event(&numbers, account)
                // The handler drops what comes from a backend that it has not got.
                switch event {
                case .connected, .unreachable: if account.backend != .making { continue }
                case .responseHead, .responseBody, .responseEnd, .responseFault, .backendInputClosed, .backendGone, .backendWritable:
                    if account.backend != .held { continue }
                case .head, .body, .end, .fault: if !machine.takesParts, Int.random(in: 0..<10, using: &numbers) > 0 { continue }
                default: break
                }
                history.append(event)
                if case .connected = event { account.backend = .held }
                if event == .unreachable || event == .backendGone { account.backend = .none }
                for action in machine.handle(event) { account.take(action) }
                if machine.isClosed { account.isClosed = true }
                check(machine, &account)
                if !account.complaints.isEmpty { break }
            }
            #expect(account.complaints.isEmpty, "seed \(seed): \(account.complaints) after \(history)")
        }
    }

    private func check(_ machine: GatewayMachine, _ account: inout Account) {
        switch machine.stage {
        case .idle, .closing, .closed, .skipping, .deciding, .passing:
            if account.backend != .none { account.complaints.append("\(machine.stage) with a backend") }
        case .connecting: if account.backend != .making { account.complaints.append("connecting to nothing") }
        case .exchanging, .tunnel: if account.backend != .held { account.complaints.append("\(machine.stage) with nobody") }
        }
        if account.answers > account.asks + 1 { account.complaints.append("more answers than questions") }
        // Nothing is waited for without end but for what others watch.
        switch machine.stage {
        case .idle, .deciding, .connecting, .skipping, .closing:
            if machine.deadline == nil { account.complaints.append("\(machine.stage) without a deadline") }
        case .closed:
            if machine.deadline != nil || machine.readsClient(isHolding: false) || machine.readsBackend || machine.takesParts {
                account.complaints.append("closed, and still at work")
            }
        default: break
        }
        if case .idle = machine.stage, account.answerIsOpen { account.complaints.append("idle within an answer") }
    }

    @Test func aMachineThatForgetsItsBackendIsFound() {
        var account = Account()
        account.take(.connect(mayReuse: true))
        account.take(.connect(mayReuse: true))
        #expect(!account.complaints.isEmpty)
    }
}
