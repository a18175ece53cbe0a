import SessionGateway
import Testing

/// Events in, actions out, line by line.
@Suite struct MachineTests {
    /// Runs a script of events with what each must give, and gives the machine.
    @discardableResult
    private func play(
        _ lines: [(GatewayEvent, [GatewayAction])], sourceLocation: SourceLocation = #_sourceLocation
    ) -> GatewayMachine {
        var machine = GatewayMachine()
        for (number, (event, expected)) in lines.enumerated() {
            let actions = machine.handle(event)
            #expect(actions == expected, "line \(number + 1): \(event)", sourceLocation: sourceLocation)
        }
        return machine
    }

    private let get = RequestFacts(isRepeatable: true)
    private let post = RequestFacts(hasBody: true)
    private let upgrade = RequestFacts(asksUpgrade: true, isLast: true)
    private let ok = ResponseFacts(status: 200)

    private var untilConnected: [(GatewayEvent, [GatewayAction])] {
        [
            (.head(get), [.ask]), (.forwarded, [.connect(mayReuse: true)]), (.connected(isReused: true), [.sendHead]),
            (.end, [.sendEnd]),
        ]
    }

    @Test func anOrdinaryRequestPassesAndTheNextOneIsTaken() {
        let machine = play([
            (.head(post), [.ask]), (.passed, [.passHead]), (.body, [.passPart]), (.end, [.passPart]), (.answered, []),
        ])
        #expect(machine.stage == .idle(hasServed: true) && machine.takesParts)
    }

    @Test func anAnswerFromAboveMayComeBeforeTheEndOfTheRequest() {
        let machine = play([
            (.head(post), [.ask]), (.passed, [.passHead]), (.answered, []), (.body, [.passPart]), (.end, [.passPart]),
        ])
        #expect(machine.stage == .idle(hasServed: true))
    }

    @Test func aBodyThatIsWaitedForTooLongIsBrokenOffAndNotEnded() {
        let machine = play([
            (.head(post), [.ask]), (.passed, [.passHead]), (.body, [.passPart]),
            (.expired(.passedBody), [.passFault, .closeClient]),
        ])
        #expect(machine.stage == .closed)
    }

    @Test func aForwardedRequestReleasesItsBackend() {
        let machine = play(
            untilConnected + [
                (.responseHead(ok), [.answerHead(isLast: false)]), (.responseBody, [.answerBody]),
                (.responseEnd, [.answerEnd, .releaseBackend]),
            ])
        #expect(machine.stage == .idle(hasServed: true))
    }

    @Test func aBackendThatClosesIsNotKept() {
        play(
            untilConnected + [
                (.responseHead(.init(status: 200, keepsAlive: false)), [.answerHead(isLast: false)]),
                (.responseEnd, [.answerEnd, .closeBackend]),
            ])
    }

    @Test func aRequestThatMayNotBeRepeatedGetsAConnectionOfItsOwn() {
        play([(.head(post), [.ask]), (.forwarded, [.connect(mayReuse: false)])])
    }

    @Test func anEarlyAnswerIsTheLastAndTheRestIsReadAway() {
        let machine = play([
            (.head(post), [.ask]), (.forwarded, [.connect(mayReuse: false)]), (.connected(isReused: false), [.sendHead]),
            (.body, [.sendBody]), (.responseHead(ok), [.answerHead(isLast: true)]), (.body, [.sendBody]),
            (.responseEnd, [.answerEnd, .closeBackend, .finishClient]), (.body, []), (.end, []),
        ])
        #expect(machine.stage == .closing && machine.takesParts && machine.deadline == .linger)
        #expect(machine.readsClient(isHolding: false))
    }

    @Test func aStaleConnectionIsTriedOnceMoreAndNotTwice() {
        play(
            untilConnected + [
                (.backendGone, [.closeBackend, .connect(mayReuse: false)]),
                (.connected(isReused: false), [.sendHead, .sendEnd]),
                (.backendGone, [.closeBackend, .explain(.backendDied, isLast: false)]),
            ])
    }

    @Test func aFreshConnectionThatEndsIsNotTriedAgain() {
        play([
            (.head(get), [.ask]), (.forwarded, [.connect(mayReuse: true)]), (.connected(isReused: false), [.sendHead]),
            (.end, [.sendEnd]), (.backendGone, [.closeBackend, .explain(.backendDied, isLast: false)]),
        ])
    }

    @Test func anAnswerThatBreaksOffShowsAsOne() {
        let machine = play(
            untilConnected + [
                (.responseHead(ok), [.answerHead(isLast: false)]), (.responseBody, [.answerBody]),
                (.backendGone, [.closeBackend, .finishClient]),
            ])
        #expect(machine.stage == .closing)
    }

    @Test func aRefusalWithoutBodyKeepsTheConnectionAndOneWithBodyEndsIt() {
        let kept = play([(.head(get), [.ask]), (.refused, [.refuse(isLast: false)]), (.end, [])])
        #expect(kept.stage == .idle(hasServed: true))
        let ended = play([(.head(post), [.ask]), (.refused, [.refuse(isLast: true), .finishClient])])
        #expect(ended.stage == .closing)
    }

    @Test func anUpgradeBecomesATunnelAndEachEndClosesAlone() {
        let machine = play([
            (.head(upgrade), [.ask]), (.forwarded, [.connect(mayReuse: false)]), (.connected(isReused: false), [.sendHead]),
            (.end, [.sendEnd]), (.responseHead(.init(status: 101)), [.answerUpgrade]), (.responseEnd, [.startTunnel]),
            (.inputClosed(isBehind: false), [.closeBackendOutput]), (.backendInputClosed, [.finishBackend, .endClient]),
        ])
        #expect(machine.stage == .closing)
    }

    @Test func aSwitchThatNobodyAskedForIsABadAnswer() {
        play(
            untilConnected + [
                (.responseHead(.init(status: 101)), [.closeBackend, .explain(.badAnswer, isLast: false)])
            ])
    }

    @Test func informationalAnswersGoThroughButNotWithoutEnd() {
        var machine = play(untilConnected)
        for _ in 0..<16 { #expect(machine.handle(.responseHead(.init(status: 103))) == [.answerInformational]) }
        #expect(machine.handle(.responseHead(.init(status: 103))) == [.closeBackend, .explain(.badAnswer, isLast: false)])
    }

    @Test func aBackendThatIsNotThereIsExplained() {
        play([
            (.head(get), [.ask]), (.forwarded, [.connect(mayReuse: true)]),
            (.unreachable, [.explain(.unreachable, isLast: false)]),
            (.end, []),
        ])
        play([
            (.head(get), [.ask]), (.forwarded, [.connect(mayReuse: true)]),
            (.expired(.connection), [.abandonConnection, .explain(.connectionTooSlow, isLast: false)]),
        ])
    }

    @Test func aClientThatLeavesTakesTheBackendWithIt() {
        #expect(play(untilConnected + [(.inputClosed(isBehind: false), [.closeBackend, .closeClient])]).isClosed)
        #expect(play(untilConnected + [(.clientGone, [.closeBackend])]).isClosed)
        #expect(
            play([(.head(get), [.ask]), (.forwarded, [.connect(mayReuse: true)]), (.clientGone, [.abandonConnection])])
                .isClosed)
    }

    @Test func aCutEndsWhatGoesOn() {
        play(untilConnected + [(.cut, [.closeBackend, .explain(.cut, isLast: true), .finishClient])])
        var machine = play([
            (.head(upgrade), [.ask]), (.forwarded, [.connect(mayReuse: false)]), (.connected(isReused: false), [.sendHead]),
            (.end, [.sendEnd]), (.responseHead(.init(status: 101)), [.answerUpgrade]), (.responseEnd, [.startTunnel]),
        ])
        #expect(machine.isTunnel && machine.handle(.cut) == [.closeBackend, .closeClient] && machine.isClosed)
    }

    @Test func aSlowClientHoldsTheBackendAndASlowBackendTheClient() {
        var machine = play([
            (.head(post), [.ask]), (.forwarded, [.connect(mayReuse: false)]), (.connected(isReused: false), [.sendHead]),
        ])
        #expect(machine.readsClient(isHolding: false) && machine.readsBackend && machine.deadline == .requestBody)
        _ = machine.handle(.backendWritable(false))
        #expect(!machine.readsClient(isHolding: false) && machine.deadline == .stall)
        _ = machine.handle(.backendWritable(true))
        _ = machine.handle(.clientWritable(false))
        #expect(machine.readsClient(isHolding: false) && !machine.readsBackend && machine.deadline == .stall)
    }

    @Test func theEndBehindPipelinedRequestsWaitsForThem() {
        let machine = play([
            (.head(get), [.ask]), (.passed, [.passHead]), (.end, [.passPart]), (.inputClosed(isBehind: true), []),
            (.answered, []),
        ])
        #expect(machine.wantsInputClosed && machine.stage == .idle(hasServed: true))
    }
}
