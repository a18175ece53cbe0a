import CheckoutService
import DeviceInventory
import EngineInterface
import FleetModel
import LeaseLedger
import LedgerStore
import LocalEngine
import WireModel

/// Looks at store, sandbox, devices, clock and ledger, and says in words how they are.
struct ServerHealth: Sendable {
    typealias Finding = HealthView.Finding

    let service: CheckoutService
    let store: LedgerStore
    let engine: LocalEngine
    let devices: NodeDevices
    let watch: NodeWatch
    let configuration: ServerConfiguration

    func view(deep: Bool) async -> HealthView {
        var findings = [await storeFinding()]
        if deep { findings += await deepFindings() }
        findings += await sandboxFindings()
        findings += deviceFindings()
        findings += await watchFindings()
        findings.append(await engineFinding())
        findings.append(clockFinding())
        findings.append(await schedulerFinding())
        // The whole index is made anew for it.
        if deep { findings.append(ledgerFinding()) }
        return HealthView(version: CarrelVersion.text, findings: findings)
    }

    private func storeFinding() async -> Finding {
        if await service.writer.fullSince != nil {
            return Finding(
                subject: "store", state: "bad", words: "the disk is full: new work is refused, leases can still be returned",
                next: "free some room where \(configuration.dataDirectory) lies")
        }
        do throws(StoreError) {
            let contents = try await store.contents()
            let since = contents.firstEvent > 1 ? " from \(contents.firstEvent) on" : ""
            let words =
                contents.events.counted("event") + since + ", " + contents.endedRequests.counted("ended request")
                + ", " + MemoryBytes(contents.bytes).text
            guard store.hasBallast else {
                return Finding(
                    subject: "store", state: "warning", words: words + "; no room is kept for returns on a full disk",
                    next: "free some room where \(configuration.dataDirectory) lies")
            }
            return Finding(subject: "store", state: "good", words: words)
        } catch {
            return Finding(subject: "store", state: "bad", words: "\(error)")
        }
    }

    private func deepFindings() async -> [Finding] {
        do throws(StoreError) {
            let broken = try await store.integrityCheck()
            let replay = try await store.verifyReplay(against: service.state)
            let first = try await store.contents().firstEvent
            let since = first > 1 ? " from \(first) on" : ""
            var findings = [
                broken.isEmpty
                    ? Finding(subject: "database file", state: "good", words: "sound")
                    : Finding(
                        subject: "database file", state: "bad", words: broken.prefix(3).joined(separator: "; "),
                        next: "stop the server and restore a backup")
            ]
            if case .agrees(let events, _) = replay {
                findings.append(
                    Finding(
                        subject: "replay", state: "good",
                        words: "\(events.counted("event"))\(since) give\(events == 1 ? "s" : "") the state that is in force")
                )
            } else {
                findings.append(
                    Finding(
                        subject: "replay", state: "bad", words: "\(replay)",
                        next: "keep a copy of the data directory and report this"))
            }
            return findings
        } catch {
            return [Finding(subject: "database file", state: "bad", words: "\(error)")]
        }
    }

    private func sandboxFindings() async -> [Finding] {
        do throws(EngineError) {
            let report = try await engine.report()
            let grade = "grade \(report.grade.rawValue) (\(report.grade.word))"
            let limits = report.limitedResources.isEmpty ? "nothing" : report.limitedResources.joined(separator: ", ")
            let runsAs = report.launcherIsRoot ? "root, the server as user \(report.serviceUID)" : "one ordinary user"
            return [
                Finding(
                    subject: "sandbox", state: report.sandboxWorks ? (report.findings.isEmpty ? "good" : "bad") : "bad",
                    words: "\(grade); \(report.sandboxVersion); launcher runs as \(runsAs); limited: \(limits)",
                    next: report.findings.isEmpty ? nil : report.findings.joined(separator: " "))
            ] + report.reasons.map { Finding(subject: "grade", state: "good", words: $0) }
        } catch {
            return [Finding(subject: "sandbox", state: "bad", words: "the launcher did not answer: \(error)")]
        }
    }

    /// Nodes whose checks are suspected, and devices that can't be looked at.
    private func watchFindings() async -> [Finding] {
        var findings: [Finding] = []
        for node in service.state.nodes {
            if let cordon = node.cordon {
                findings.append(
                    Finding(
                        subject: "node \(node.name)", state: cordon.isSuspicion ? "bad" : "warning",
                        words: "no new lease begins here: \(cordon.reason.sentence)",
                        next: "carrel node uncordon \(node.name)"))
            }
            for slot in node.slots {
                guard case .unreadable(let words)? = service.keeper?.board[slot.device.key]?.contact else { continue }
                findings.append(
                    Finding(
                        subject: "devices", state: "warning",
                        words:
                            "\(slot.device.key) can't be looked at, so that nothing proves that it comes back clean: \(words)",
                        next: "let the server's user open the device's nodes and read the kernel's log"))
            }
        }
        return findings
    }

    private func deviceFindings() -> [Finding] {
        let problems = (devices.problems + watch.problems).map {
            Finding(subject: "devices", state: "warning", words: $0.text)
        }
        let state = service.state
        let all = state.nodes.flatMap(\.slots)
        let free = all.count { $0.isFree }, missing = all.count { $0.condition.kind != .offered }
        let words = "\(devices.summary); \(free) free, \(all.count { $0.holder != nil }) leased"
        guard missing > 0 else { return [Finding(subject: "devices", state: "good", words: words)] + problems }
        return [
            Finding(
                subject: "devices", state: "warning", words: words + ", \(missing) missing or frozen",
                next: "`carrel gpus` names them")
        ] + problems
    }

    private func engineFinding() async -> Finding {
        if let trouble = await service.engineLoop.trouble {
            return Finding(
                subject: "engine", state: "warning", words: "the newest effect failed and is tried again: \(trouble)")
        }
        let state = service.state
        let recent = state.over.suffix(10).compactMap { state.requests[$0]?.lease }
        let unbegun = recent.count { $0.outcome == .neverBegan && $0.ending?.reason == .launchFailed }
        if unbegun > 0 {
            return Finding(
                subject: "engine", state: "bad",
                words: "\(unbegun) of the last \(recent.count.counted("lease")) never began",
                next: "the server's standard error and the sandbox's line above name the reason")
        }
        return Finding(
            subject: "engine", state: "good",
            words: "\(state.live.count.counted("lease")), \(state.waiting.count.counted("request")) waiting")
    }

    private func clockFinding() -> Finding {
        let ahead = service.clock.wallAhead()
        guard ahead > BootClock.jump || ahead < TimeSpan(milliseconds: -BootClock.jump.milliseconds) else {
            return Finding(subject: "clock", state: "good", words: "wall clock and boot clock agree")
        }
        return Finding(
            subject: "clock", state: "warning",
            words:
                "the wall clock was set by \(ahead.text) since the server began to count; no lease ends early or late by it",
            next: "nothing is needed; times are shown by the new wall clock")
    }

    private func schedulerFinding() async -> Finding {
        guard let rejected = await service.writer.rejectedPlan else {
            return Finding(subject: "scheduler", state: "good", words: "the ledger adopted every plan")
        }
        return Finding(
            subject: "scheduler", state: "bad",
            words: "the ledger would not adopt a plan (\(rejected.why)); what held of it was adopted",
            next: "keep a copy of the data directory and report this")
    }

    private func ledgerFinding() -> Finding {
        let violations = service.state.violations
        guard violations.isEmpty else {
            return Finding(
                subject: "ledger", state: "bad", words: violations.prefix(3).joined(separator: "; "),
                next: "keep a copy of the data directory and report this")
        }
        return Finding(subject: "ledger", state: "good", words: "every invariant holds")
    }
}

extension SandboxReport.Grade {
    fileprivate var word: String {
        switch self {
        case .enforced: "enforced"
        case .contained: "contained"
        case .advisory: "advisory"
        }
    }
}
