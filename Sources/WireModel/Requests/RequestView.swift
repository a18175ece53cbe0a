/// A request and, once granted, its lease. Times are UTC, memory is in bytes, spans are in seconds.
package struct RequestView: Codable, Equatable, Sendable {
    package var id: Int64
    package var user: String
    package var team: String
    package var name: String
    package var kind: String
    /// One word for where it stands: `waiting starting running ending verifying closed refused cancelled`.
    package var state: String
    /// What happened, in words.
    package var words: String
    package var submittedAt: String
    package var gpus: Int
    package var asked: String
    package var durationSeconds: Int64
    package var lease: LeaseView?
    /// What `carrel run` exits with; absent until the work is over.
    package var exitCode: Int32?
    /// `finished expired returned idle preempted revoked nodeLost deviceFailed launchFailed drained refused cancelled`.
    package var endedBy: String?
    /// What live work says of itself; nil: nothing.
    package var progress: ProgressView?
    /// The request that waits again in this one, and the first of them; nil: a user asked for it.
    package var requeueOf: Int64?
    package var firstRequest: Int64?
    /// The request that it waits again as; nil: it does not.
    package var requeuedAs: Int64?
    /// Whether it would; nil: it would not.
    package var requeues: Bool?
    /// What its work is sent when its end is announced, and how long before an end by time; nil: nothing.
    package var warnSignal: String?
    package var warnBeforeSeconds: Int64?
    /// The reservation that it runs under or waits for; nil: none.
    package var reservation: Int64?
    /// While it waits: the leases that are being taken back for it; nil: none.
    package var takesBack: [Int64]?
    /// What is entered through the browser: `notebook web`; nil: nothing.
    package var session: String?
    /// The data sets that it is shown, for its user and for administrators; nil: none, or somebody else asks.
    package var data: [String]?
    /// The Unix user that the work runs as, in the answer to root, who asks for it on the Unix socket; nil: it is their own.
    package var runsAs: UInt32?
    /// What was expected of the work when it was asked for; nil: nothing.
    package var forecast: ForecastView?
    /// In the answer to who asks for it: what they should know before they wait; nil: nothing.
    package var warnings: [CheckoutWarning]?

    package init(
        id: Int64, user: String, team: String, name: String, kind: String, state: String, words: String,
        submittedAt: String, gpus: Int, asked: String, durationSeconds: Int64, lease: LeaseView? = nil,
        exitCode: Int32? = nil, endedBy: String? = nil
    ) {
        self.id = id
        self.user = user
        self.team = team
        self.name = name
        self.kind = kind
        self.state = state
        self.words = words
        self.submittedAt = submittedAt
        self.gpus = gpus
        self.asked = asked
        self.durationSeconds = durationSeconds
        self.lease = lease
        self.exitCode = exitCode
        self.endedBy = endedBy
    }

    /// Nothing will happen to it any more.
    package var isOver: Bool { ["closed", "refused", "cancelled"].contains(state) }
}

/// The lease of a request.
package struct LeaseView: Codable, Equatable, Sendable {
    package var node: String
    package var devices: [LeasedDevice]
    package var cores: Double
    package var memoryBytes: Int64
    package var grantedAt: String
    package var endsAt: String
    package var startedAt: String?
    package var endedAt: String?
    package var attempt: Int
    /// `known`, or `lost`: the node can't be asked.
    package var contact: String
    /// Whether it is used, and what was said about that; absent: nothing is known.
    package var idle: IdleView?
    /// nil: it is not being taken back, and was not.
    package var reclaim: Reclaim?
    /// When its node is to be empty, which ends it; nil: its node is not drained, or it ends before that.
    package var drainedAt: String?

    /// For whom it is taken back.
    package struct Reclaim: Codable, Equatable, Sendable {
        package var forRequest: Int64
        /// When its user was warned.
        package var since: String
        /// When its work is asked to end.
        package var endsAt: String

        package init(forRequest: Int64, since: String, endsAt: String) {
            self.forRequest = forRequest
            self.since = since
            self.endsAt = endsAt
        }
    }

    package init(
        node: String, devices: [LeasedDevice], cores: Double, memoryBytes: Int64, grantedAt: String, endsAt: String,
        startedAt: String?, endedAt: String?, attempt: Int, contact: String
    ) {
        self.node = node
        self.devices = devices
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.grantedAt = grantedAt
        self.endsAt = endsAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.attempt = attempt
        self.contact = contact
    }
}

/// A device of a lease.
package struct LeasedDevice: Codable, Equatable, Sendable {
    package var uuid: String
    package var model: String
    package var simulated: Bool

    package init(uuid: String, model: String, simulated: Bool) {
        self.uuid = uuid
        self.model = model
        self.simulated = simulated
    }
}

/// A page of requests; `next` is the value of `before` for the following page.
package struct RequestList: Codable, Equatable, Sendable {
    package var requests: [RequestView]
    package var next: Int64?

    package init(requests: [RequestView], next: Int64? = nil) {
        self.requests = requests
        self.next = next
    }
}

/// Why a request waits, or why it got its devices when it did.
package struct WhyView: Codable, Equatable, Sendable {
    package var id: Int64
    package var state: String
    package var position: Int?
    package var sentences: [String]
    /// The limit of a person or a team that keeps it waiting; absent: none does.
    package var limit: WaitLimitView?

    package init(id: Int64, state: String, position: Int?, sentences: [String]) {
        self.id = id
        self.state = state
        self.position = position
        self.sentences = sentences
    }
}
