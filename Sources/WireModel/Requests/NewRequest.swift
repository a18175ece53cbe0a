/// The body of `POST /v1/requests`.
package struct NewRequest: Codable, Equatable, Sendable {
    package var name: String?
    /// The program and its arguments.
    package var command: [String]
    /// Absolute; the work starts there.
    package var directory: String
    /// `NAME=value`.
    package var environment: [String]?
    /// As on the command line: `1`, `a100:2`, `24GB..`; absent: `1`.
    package var gpus: String?
    /// As on the command line: `4`, `0.5`; absent: the device's share.
    package var cpus: String?
    /// As on the command line: `32GB`; absent: the device's share.
    package var memory: String?
    /// As on the command line: `2h`; absent: the policy's default.
    package var time: String?
    /// A size with a name, which gives what is absent of the four above; absent: none.
    package var profile: String?
    /// Whether standard input will be sent; absent: it is empty.
    package var takesInput: Bool?
    /// Sent to the work when its end is announced, by name or number: `USR1`, `10`; absent: none.
    package var warnSignal: String?
    /// So long before the lease's end by time, as on the command line: `5m`; absent: only ends that are announced.
    package var warnBefore: String?
    /// Whether it waits again where its lease ends as preempted, drained, nodeLost or deviceFailed; absent: it does not.
    package var requeue: Bool?
    /// The number of the reservation to run under; absent: under none.
    package var reservation: Int64?
    /// The terminal to run it on; absent: its output goes into files.
    package var terminal: TerminalWish?
    /// A way in through the browser; absent: there is none.
    package var session: SessionWish?
    /// The environment of software to start in: a name, the user's own before a shared one, or an absolute path; absent: none.
    package var env: String?
    /// The names of the data sets to show it, at most eight; absent: none.
    package var data: [String]?
    /// What its user expects of it; earlier runs of the same work count before it.
    package var forecast: ForecastView?
    /// It is cut short, or run to be measured: not work that comes again.
    package var trial: Bool?

    package init(
        name: String? = nil, command: [String], directory: String, environment: [String]? = nil, gpus: String? = nil,
        cpus: String? = nil, memory: String? = nil, time: String? = nil, takesInput: Bool? = nil,
        reservation: Int64? = nil
    ) {
        self.name = name
        self.command = command
        self.directory = directory
        self.environment = environment
        self.gpus = gpus
        self.cpus = cpus
        self.memory = memory
        self.time = time
        self.takesInput = takesInput
        self.reservation = reservation
    }
}

/// The body of `POST /v1/leases/ID/extend`.
package struct ExtendBody: Codable, Equatable, Sendable {
    /// As on the command line: `1h`.
    package var time: String
    package init(time: String) { self.time = time }
}

/// The body of `POST /v1/leases/ID/revoke`.
package struct RevokeBody: Codable, Equatable, Sendable {
    /// What the lease's user reads; one line.
    package var reason: String
    package init(reason: String) { self.reason = reason }
}

/// The body of `POST /v1/leases/ID/signal`.
package struct SignalBody: Codable, Equatable, Sendable {
    /// `interrupt` or `terminate`.
    package var signal: String
    package init(signal: String) { self.signal = signal }
}

/// The answer to `PUT /v1/leases/ID/input`.
package struct InputAccepted: Codable, Equatable, Sendable {
    /// Bytes of standard input taken so far, counted from its beginning.
    package var accepted: Int64
    /// The work does not run yet, so that nothing was taken: send it again.
    package var waits: Bool?

    package init(accepted: Int64, waits: Bool? = nil) {
        self.accepted = accepted
        self.waits = waits
    }
}
