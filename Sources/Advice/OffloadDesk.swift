package import Advisor
import CatalogueFiles
import FleetModel
package import WireModel

/// Answers whether work needs an accelerator.
package enum OffloadDesk {
    /// What was asked, as people write it.
    package struct Question: Sendable {
        /// `matmul`, `elementwise`, `convolution`, `lstm`, `mlp-train`.
        package var task: String
        package var size: Double?
        package var calls: Double?
        package var gpu: String?
        /// What it works on stays on the accelerator between calls.
        package var stays = false
        /// Of this machine, or the one that is meant.
        package var cores: Int
        /// Operations a second that were measured there; nil: from the cores.
        package var processorRate: Double?
        /// Bytes a second that were measured from its memory; nil: from the cores.
        package var processorBandwidth: Double?
        /// What was measured of the accelerator and its bus.
        package var measured = MeasuredRates()
        /// Seconds until an accelerator is free.
        package var waiting = 0.0

        package init(task: String, cores: Int) {
            self.task = task
            self.cores = cores
        }
    }

    package static func answer(
        _ question: Question, catalogue: Catalogue = BuiltInTables.catalogue
    ) throws(AdviceError) -> OffloadView {
        let known = SizedTask.allCases.map(\.rawValue)
        guard let task = try Given.word(question.task, "The task", SizedTask.self) else {
            throw .missing(what: "The task", instead: "One of \(known.joined(separator: ", ")).")
        }
        let size = question.size ?? usual(task), calls = question.calls ?? 1
        try check(size, "--size", most: 1e12)
        try check(calls, "--calls", most: 1e15)
        try check(question.waiting + 1, "--wait", most: 1e9)
        try checkMeasured(question)
        let accelerator = try Given.accelerator(question.gpu ?? "A100 SXM4 80GB", in: catalogue)
        let likely = ProcessorPower.likely(cores: question.cores)
        let processor = ProcessorPower(
            rate: question.processorRate ?? likely.rate, bandwidth: question.processorBandwidth ?? likely.bandwidth,
            watts: likely.watts)
        let target = OffloadTarget(accelerator, measured: rates(question, task, accelerator))
        let work = task.task(size: size, stays: question.stays, calls: calls)
        guard let advice = OffloadAdvice(work, processor: processor, target: target, waiting: question.waiting),
            let crossover = Crossover(task, stays: question.stays, processor: processor, target: target)
        else { throw .noRate(gpu: accelerator.name, precision: "fp32") }
        return OffloadView(
            task: task.rawValue, size: size, calls: calls, gpu: accelerator.name,
            processorSeconds: advice.processorSeconds, acceleratorSeconds: advice.acceleratorSeconds,
            processorJoules: advice.processorJoules, acceleratorJoules: advice.acceleratorJoules,
            verdict: advice.verdict.rawValue,
            words: words(advice.verdict, crossover, size, question.waiting) + overflow(task, size, accelerator),
            crossover: crossover.size,
            unit: task.unit,
            points: crossover.points.map {
                OffloadView.Point(size: $0.size, processor: $0.processor, accelerator: $0.accelerator)
            }, assumptions: assumptions(question, task, accelerator, processor, target))
    }

    /// Convolutions use tensor cores by default; PyTorch's products of matrices in FP32 don't, and `carrel probe` measures these.
    private static func isPlain(_ task: SizedTask, _ accelerator: Accelerator) -> Bool {
        (task != .convolution || accelerator.rates.tensorTF32 == nil) && OffloadTarget.plainRate(accelerator) != nil
    }

    private static func rates(_ question: Question, _ task: SizedTask, _ accelerator: Accelerator) -> MeasuredRates {
        guard question.measured.rate == nil, isPlain(task, accelerator) else { return question.measured }
        var rates = question.measured
        rates.rate = OffloadTarget.plainRate(accelerator)
        return rates
    }

    /// In operations and bytes a second; who asks gives 10⁹ of them.
    private static func checkMeasured(_ question: Question) throws(AdviceError) {
        let given = [
            ("--cpu-gflops", question.processorRate), ("--cpu-bandwidth", question.processorBandwidth),
            ("--gpu-gflops", question.measured.rate), ("--gpu-bandwidth", question.measured.bandwidth),
            ("--bus-bandwidth", question.measured.bus),
        ]
        for (option, rate) in given {
            guard let rate else { continue }
            guard rate.isFinite, rate >= 1e6, rate <= 1e18 else {
                throw .outOfRange(what: option, given: "\(rate / 1e9)", least: "0.001", most: "1000000000")
            }
        }
    }

    private static func check(_ number: Double, _ what: String, most: Double) throws(AdviceError) {
        guard number.isFinite, number >= 1, number <= most else {
            throw .outOfRange(what: what, given: "\(number)", least: "1", most: "\(most)")
        }
    }

    private static func usual(_ task: SizedTask) -> Double {
        switch task {
        case .matmul: 4_096
        case .elementwise: 1e7
        case .convolution: 224
        case .lstm, .mlp: 1_024
        }
    }

    /// What is to be said of data that no such GPU holds.
    private static func overflow(_ task: SizedTask, _ size: Double, _ accelerator: Accelerator) -> String {
        let data = task.task(size: size, stays: false, calls: 1).transfer, memory = MemoryEstimate.usable(accelerator.memory)
        guard data > Double(memory.bytes) else { return "" }
        let bytes = MemoryBytes(data < 9e18 ? Int64(data) : .max)
        return
            " Its data, \(bytes.gibibytesText), is more than \(accelerator.name) holds: it would have to go in parts, which isn't "
            + "counted here."
    }

    private static func words(
        _ verdict: OffloadAdvice.Verdict, _ crossover: Crossover, _ size: Double, _ waiting: Double
    ) -> String {
        switch verdict {
        case .processorIsFaster:
            guard let from = crossover.size, from <= size else {
                return "You don't need a GPU for this: the processor is faster at this size."
            }
            return
                "You don't need a GPU for this: one call is faster there, but \(waiting > 0 ? "waiting for a GPU and starting" : "starting") "
                + "its program takes longer than that saves."
        case .notWorthIt: return "You don't need a GPU for this: it saves less than a minute."
        case .acceleratorPays: return "A GPU pays for this."
        }
    }

    private static func assumptions(
        _ question: Question, _ task: SizedTask, _ accelerator: Accelerator, _ processor: ProcessorPower,
        _ target: OffloadTarget
    ) -> [String] {
        let measured = question.measured
        func billions(_ rate: Double) -> String {
            rate < 100e9 ? "\((rate / 1e8).rounded() / 10)" : "\(Int((rate / 1e9).rounded()))"
        }
        let rate = question.processorRate == nil ? " (30 for each of \(question.cores) cores)" : " as measured"
        let reached =
            measured.rate != nil
            ? "as measured"
            : isPlain(task, accelerator)
                ? "in full FP32, 0.7 of its data sheet (tensor cores, where a program uses them, do more: --gpu-gflops)"
                : "by \(OffloadTarget.share(accelerator)) of its data sheet's tensor rate"
        let gpu =
            "GPU: \(billions(target.rate ?? 0)) GFLOPS \(reached) and \(billions(target.bandwidth)) GB/s "
            + (measured.bandwidth == nil ? "by 0.8 of its data sheet" : "as measured")
        return [
            "processor: \(billions(processor.rate)) GFLOPS\(rate) and \(billions(processor.bandwidth)) GB/s"
                + "\(question.processorBandwidth == nil ? "" : " as measured") (--cpu-gflops and --cpu-bandwidth: what carrel probe measured)",
            question.stays
                ? "what it works on stays on the GPU between calls"
                : "every call sends its input over the bus and fetches the result (--stays: it remains there)",
            "bus: \(billions(target.busBandwidth)) GB/s\(measured.bus == nil ? "" : " as measured"); 10 µs for each call; 5 s to start a program with a GPU",
            gpu,
        ]
    }
}
