import DevicePolicy
import EngineInterface
import FleetModel
import LeaseLedger

/// What the looks at one running attempt have shown so far.
struct IdleLookout {
    private(set) var window: IdleWindow
    private var last: (use: AttemptUse, at: Timestamp)?

    init(_ kind: WorkKind, startedAt: Timestamp) { window = IdleWindow(kind, startedAt: startedAt) }

    /// Takes one look.
    ///
    /// - Parameters:
    ///   - devices: each of the lease's.
    ///   - use: what the engine counted; nil: it could not be asked.
    ///   - acts: what people did in the session's pages since the look before; nil: it has none.
    mutating func look(
        _ devices: [DeviceActivity], _ use: AttemptUse?, acts: Int64?, at now: Timestamp, _ settings: IdleSettings
    ) {
        var look = IdleEvidence(
            at: now, devices: devices, terminalInput: .unknown, kernelBusy: .notThere,
            requests: acts.map(IdleLook.seen) ?? .notThere)
        if let use {
            if let last, last.at < now {
                look.cpu = Self.cores(last.use.processorTime, use.processorTime, now - last.at)
                look.traffic = Self.rate(last.use.bytes, use.bytes, now - last.at)
                look.terminalInput = Self.input(last.use.inputBytes, use.inputBytes)
            }
            last = (use, now)
        }
        window.add(look.without(settings.ignoring), settings)
    }

    /// A process that ended out of its parent's sight takes its count along: less than nothing is nothing.
    private static func cores(_ before: TimeSpan?, _ after: TimeSpan?, _ span: TimeSpan) -> IdleLook<MilliCores> {
        guard let before, let after else { return .unknown }
        let used = max(0, after.milliseconds - before.milliseconds)
        let (scaled, overflow) = used.multipliedReportingOverflow(by: 1_000)
        return .seen(MilliCores(overflow ? .max : scaled / span.milliseconds))
    }

    private static func rate(_ before: Int64?, _ after: Int64?, _ span: TimeSpan) -> IdleLook<Int64> {
        guard let before, let after else { return .unknown }
        let (scaled, overflow) = max(0, after - before).multipliedReportingOverflow(by: 1_000)
        return .seen(overflow ? .max : scaled / span.milliseconds)
    }

    private static func input(_ before: Int64?, _ after: Int64?) -> IdleLook<Bool> {
        guard let after else { return .notThere }
        return .seen(after != before ?? after)
    }
}

extension IdleEvidence {
    /// What counts for nothing here is as if it were not there.
    fileprivate func without(_ signals: [IdleSignal]) -> IdleEvidence {
        var look = self
        for signal in signals {
            switch signal {
            case .power: for index in devices.indices { look.devices[index].power = .notThere }
            case .memory: for index in devices.indices { look.devices[index].memoryUsed = .notThere }
            case .cpu: look.cpu = .notThere
            case .traffic: look.traffic = .notThere
            case .terminalInput: look.terminalInput = .notThere
            case .kernelBusy: look.kernelBusy = .notThere
            case .requests: look.requests = .notThere
            case .utilization, .looks: continue
            }
        }
        return look
    }
}
