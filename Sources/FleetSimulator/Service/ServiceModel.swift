import FleetModel
import LeaseLedger
import DevicePolicy

/// What the server holds in memory: all of it is gone when it crashes. It does what `CheckoutService` does: one writer
/// whose batches are decided on a copy, appended once and then become the state; effects from what is owed.
struct ServiceModel {
    /// Counts the starts: what was meant for an earlier life is lost.
    var life = 0
    var isUp = false
    var state = LedgerState()

    // The writer
    var inbox: [Input] = []
    var draft: Draft?
    var isBatchPlanned = false
    /// The engine's list has been compared once: before that no plan is adopted.
    var mayPlan = false
    /// The next batch asks the scheduler even if nothing has changed: the order of the line moves with time.
    var replans = false
    var commits = 0
    var fullSince: Timestamp?

    // The engine loop
    var listCall: Int?
    var turnAgain = false
    var underWay: [(call: Int, effect: Reconciliation.Effect)] = []
    var owed = OwedEffects()
    /// Since when looks at the devices of an attempt have failed.
    var uncleanSince: [AttemptKey: Timestamp] = [:]

    /// What the looks at running attempts have shown.
    var windows: [AttemptKey: IdleWindow] = [:]

    // The alarm clock
    var timer = 0

    enum Input {
        case tick
        case observation(Observation)
        /// What a whole comparison with the engine's list told comes before it.
        case compared
        case command(Command)
        case submission(key: Int, Submission)
    }

    /// A batch that was decided and not yet written.
    struct Draft {
        var batch: LedgerBatch
        /// What is written and what follows from it: the batch's own, unless a planted bug rewrote it.
        var events: [RecordedEvent] = []
        var state = LedgerState()
        var inputs: [Input]
        var answers: [Answer] = []
        var keys: [(key: Int, id: LeaseID)] = []
        var auditor: Auditor
        let acceptsWork: Bool
        let mayPlan: Bool
    }

    struct Answer {
        let input: Input
        var result: Result<[RecordedEvent], Rejection>
        /// The request that a submission became.
        var id: LeaseID?
    }
}
