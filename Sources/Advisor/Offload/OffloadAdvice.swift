/// Whether a job is worth an accelerator.
package struct OffloadAdvice: Hashable, Sendable {
    /// The whole job on the processor.
    package let processorSeconds: Double
    /// The whole job there, with the start of a process, the way there and the wait for a free one.
    package let acceleratorSeconds: Double
    /// Joules: the processor's, and the accelerator's with an idle processor beside it.
    package let processorJoules: Double
    package let acceleratorJoules: Double
    package let verdict: Verdict

    /// The short answer.
    package enum Verdict: String, Sendable {
        /// The job is done before an accelerator would be.
        case processorIsFaster
        /// An accelerator saves less than a minute and less than half of the time: nobody would notice.
        case notWorthIt
        case acceleratorPays
    }

    /// nil: the accelerator's data sheet has no rate. - Parameter waiting: seconds until one is free.
    package init?(_ task: ComputeTask, processor: ProcessorPower, target: OffloadTarget, waiting: Double = 0) {
        guard let whole = target.wholeSeconds(task, waiting: waiting) else { return nil }
        processorSeconds = processor.seconds(task) * task.calls
        acceleratorSeconds = whole
        processorJoules = processorSeconds * processor.watts
        // While a program starts its accelerator does little.
        let started = max(0, whole - waiting - OffloadTarget.start), most = target.accelerator.watts ?? 250
        acceleratorJoules =
            started * (most * 0.7 + processor.watts * 0.4) + OffloadTarget.start * (most * 0.2 + processor.watts * 0.5)
        let saved = processorSeconds - whole
        verdict =
            saved <= 0
            ? .processorIsFaster : saved < 60 && saved < processorSeconds / 2 ? .notWorthIt : .acceleratorPays
    }
}
