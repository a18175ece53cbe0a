/// The numbers of idle return.
package struct IdleSettings: Hashable, Codable, Sendable {
    /// When a lease of one kind of work is warned and released.
    package struct Timers: Hashable, Codable, Sendable {
        /// At the start nothing counts as idle for so long: data are fetched, environments are made.
        package var grace: TimeSpan
        /// Quiet for so long: the first warning.
        package var warnAfter: TimeSpan
        /// From the first warning to the second.
        package var warnAgainAfter: TimeSpan
        /// From the second warning to the release; nil: it is only warned, once.
        package var releaseAfter: TimeSpan?
        /// More than this is use of the processor: the lease is then told so, and not taken for idle.
        package var busyCores: MilliCores

        package init(
            grace: TimeSpan, warnAfter: TimeSpan, warnAgainAfter: TimeSpan, releaseAfter: TimeSpan?, busyCores: MilliCores
        ) {
            self.grace = grace
            self.warnAfter = warnAfter
            self.warnAgainAfter = warnAgainAfter
            self.releaseAfter = releaseAfter
            self.busyCores = busyCores
        }
    }

    /// What is done about a lease that nobody uses.
    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// Nobody looks.
        case off
        /// People are told, and nothing is taken.
        case warn
        /// What stays unused after two warnings is returned where somebody waits.
        case release
    }

    package var mode = Mode.release
    package var job = Timers(
        grace: .minutes(30), warnAfter: .minutes(60), warnAgainAfter: .minutes(30), releaseAfter: .minutes(15),
        busyCores: MilliCores(50))
    package var session = Timers(
        grace: .minutes(30), warnAfter: .minutes(60), warnAgainAfter: .minutes(15), releaseAfter: .minutes(15),
        busyCores: MilliCores(200))
    package var service = Timers(
        grace: .minutes(30), warnAfter: .hours(24), warnAgainAfter: .minutes(30), releaseAfter: nil,
        busyCores: MilliCores(200))

    /// The processor works and the GPU does not: where somebody waits, that is idle after so long.
    package var processorOnlyAfter = TimeSpan.hours(4)
    /// More per cent than this is use of the GPU.
    package var idleUtilization = 1
    /// Power above the idle one by more per cent than this is use.
    package var powerMargin: Int64 = 15
    /// A change of memory from here on is use.
    package var memoryChange = MemoryBytes(64 << 20)
    /// More bytes a second than this over network and disk is work beside the GPU.
    package var busyTraffic: Int64 = 1_000_000
    /// Looks further apart than this say nothing of the time between them.
    package var longestGap = TimeSpan.minutes(3)
    /// After Carrel began to look for idle leases here nothing is released for so long, and what would have been is reported.
    package var dryRun = TimeSpan.days(7)
    /// Signals that count for nothing here, neither as use nor as unknown. Utilisation always counts.
    package var ignoring: [IdleSignal] = []
    /// *Keep* may be pressed once in this time,
    package var keepEvery = TimeSpan.hours(1)
    /// and holds for so long.
    package var keepFor = TimeSpan.hours(2)

    package init() {}

    package static let usual = IdleSettings()

    /// What settings mean that were written without a word on it, whole or in part. Fixed for ever, whatever is usual by now: old
    /// events and checkpoints say it so.
    package static let unsaid: IdleSettings = {
        var idle = IdleSettings()
        idle.mode = .release
        idle.job = Timers(
            grace: .minutes(30), warnAfter: .minutes(60), warnAgainAfter: .minutes(30), releaseAfter: .minutes(15),
            busyCores: MilliCores(50))
        idle.session = Timers(
            grace: .minutes(30), warnAfter: .minutes(60), warnAgainAfter: .minutes(15), releaseAfter: .minutes(15),
            busyCores: MilliCores(200))
        idle.service = Timers(
            grace: .minutes(30), warnAfter: .hours(24), warnAgainAfter: .minutes(30), releaseAfter: nil,
            busyCores: MilliCores(200))
        idle.processorOnlyAfter = .hours(4)
        idle.idleUtilization = 1
        idle.powerMargin = 15
        idle.memoryChange = MemoryBytes(64 << 20)
        idle.busyTraffic = 1_000_000
        idle.longestGap = .minutes(3)
        idle.dryRun = .days(7)
        idle.ignoring = []
        idle.keepEvery = .hours(1)
        idle.keepFor = .hours(2)
        return idle
    }()

    /// Those of one kind of work.
    package func timers(for kind: WorkKind) -> Timers {
        switch kind {
        case .job: job
        case .session: session
        case .service: service
        }
    }
}

extension IdleSettings {
    /// What is absent is `unsaid`: settings that are kept are older than some of the rules.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, else unsaid: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? unsaid
        }
        let unsaid = IdleSettings.unsaid
        mode = try value(.mode, else: unsaid.mode)
        job = try value(.job, else: unsaid.job)
        session = try value(.session, else: unsaid.session)
        service = try value(.service, else: unsaid.service)
        processorOnlyAfter = try value(.processorOnlyAfter, else: unsaid.processorOnlyAfter)
        idleUtilization = try value(.idleUtilization, else: unsaid.idleUtilization)
        powerMargin = try value(.powerMargin, else: unsaid.powerMargin)
        memoryChange = try value(.memoryChange, else: unsaid.memoryChange)
        busyTraffic = try value(.busyTraffic, else: unsaid.busyTraffic)
        longestGap = try value(.longestGap, else: unsaid.longestGap)
        dryRun = try value(.dryRun, else: unsaid.dryRun)
        ignoring = try value(.ignoring, else: unsaid.ignoring)
        keepEvery = try value(.keepEvery, else: unsaid.keepEvery)
        keepFor = try value(.keepFor, else: unsaid.keepFor)
    }
}
