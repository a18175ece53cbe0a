import CCUDA

/// What `ProcessorCurves` measures of networks, with everything on the device.
extension DeviceBench {
    func lstm(_ size: Int, _ networks: CUDANetworkKernels) throws(CUDAFailure) -> CurveRun.Trial {
        let session = session, sample = LSTMSample(size, seed: seed), step = sample.step
        let places = (
            seen: try held(sample.input + sample.state.hidden), cell: try held(sample.state.cell),
            weights: try held(sample.weights), hidden: try Held(session, bytes: size * 4),
            next: try Held(session, bytes: size * 4)
        )
        func run() throws(CUDAFailure) {
            try networks.lstm(
                places.seen.address, places.cell.address, places.weights.address, nextHidden: places.hidden.address,
                nextCell: places.next.address, size: size)
        }
        try run()
        try session.synchronize()
        return CurveRun.Trial(
            operations: step.operations, tolerance: sample.tolerance,
            run: { () throws(CUDAFailure) in try session.seconds(run) },
            difference: { () throws(CUDAFailure) in
                sample.difference(
                    try session.numbers(places.hidden.address, size) + session.numbers(places.next.address, size))
            })
    }

    func training(
        _ size: Int, _ networks: CUDANetworkKernels, _ multiply: @escaping Multiply
    ) throws(CUDAFailure) -> CurveRun.Trial {
        let session = session, sample = TrainingSample(size, seed: seed)
        let step = try TrainingOnDevice(self, sample, networks, multiply)
        // The first launch of a library's kernel loads it.
        try step.run()
        try session.synchronize()
        return CurveRun.Trial(
            operations: sample.step.operations, tolerance: sample.tolerance,
            run: { () throws(CUDAFailure) in try session.seconds(step.run) },
            difference: { () throws(CUDAFailure) in sample.difference(try step.result()) })
    }

    fileprivate func held(_ numbers: [Float]) throws(CUDAFailure) -> Held {
        let held = try Held(session, bytes: numbers.count * 4)
        try session.send(numbers, to: held.address)
        return held
    }
}

/// `TrainingStep.run` in the device's memory: the same products in the same order.
private final class TrainingOnDevice {
    private let session: CUDASession
    private let networks: CUDANetworkKernels
    private let multiply: DeviceBench.Multiply
    private let step: TrainingStep
    private let samples, targets, first, second: DeviceBench.Held
    private let before, active, answers, slopes, loss, turned, back: DeviceBench.Held
    private let firstGradient, secondGradient, firstMoved, secondMoved: DeviceBench.Held

    init(
        _ bench: DeviceBench, _ sample: TrainingSample, _ networks: CUDANetworkKernels,
        _ multiply: @escaping DeviceBench.Multiply
    ) throws(CUDAFailure) {
        session = bench.session
        (self.networks, self.multiply, step) = (networks, multiply, sample.step)
        let step = sample.step, layer = step.inputs * step.hidden, last = step.hidden * step.outputs
        func room(_ count: Int) throws(CUDAFailure) -> DeviceBench.Held {
            try DeviceBench.Held(bench.session, bytes: count * 4)
        }
        samples = try bench.held(sample.samples)
        targets = try bench.held(sample.targets)
        first = try bench.held(sample.weights.first)
        second = try bench.held(sample.weights.second)
        before = try room(step.batch * step.hidden)
        active = try room(step.batch * step.hidden)
        answers = try room(step.batch * step.outputs)
        slopes = try room(step.batch * step.outputs)
        loss = try room(1)
        turned = try room(max(step.batch * max(step.hidden, step.inputs), last))
        back = try room(step.batch * step.hidden)
        firstGradient = try room(layer)
        secondGradient = try room(last)
        firstMoved = try room(layer)
        secondMoved = try room(last)
    }

    func run() throws(CUDAFailure) {
        let (batch, inputs, hidden, outputs) = (step.batch, step.inputs, step.hidden, step.outputs)
        try product(samples, first, before, MatrixShape(rows: batch, inner: inputs, columns: hidden))
        try networks.activate(before.address, into: active.address, count: batch * hidden)
        try product(active, second, answers, MatrixShape(rows: batch, inner: hidden, columns: outputs))
        try networks.slopes(
            answers.address, targets.address, into: slopes.address, loss: loss.address, count: batch * outputs,
            scale: 1 / Float(batch * outputs))
        try networks.turn(active.address, into: turned.address, rows: batch, columns: hidden)
        try product(turned, slopes, secondGradient, MatrixShape(rows: hidden, inner: batch, columns: outputs))
        try networks.turn(second.address, into: turned.address, rows: hidden, columns: outputs)
        try product(slopes, turned, back, MatrixShape(rows: batch, inner: outputs, columns: hidden))
        try networks.backward(back.address, before.address, count: batch * hidden)
        try networks.turn(samples.address, into: turned.address, rows: batch, columns: inputs)
        try product(turned, back, firstGradient, MatrixShape(rows: inputs, inner: batch, columns: hidden))
        for (weights, gradients, moved, count) in [
            (first, firstGradient, firstMoved, inputs * hidden), (second, secondGradient, secondMoved, hidden * outputs),
        ] {
            try networks.move(
                weights.address, gradients.address, into: moved.address, count: count, factor: -step.rate)
        }
    }

    private func product(
        _ a: DeviceBench.Held, _ b: DeviceBench.Held, _ c: DeviceBench.Held, _ shape: MatrixShape
    ) throws(CUDAFailure) {
        try multiply(a.address, b.address, c.address, shape)
    }

    func result() throws(CUDAFailure) -> TrainingStep.Result {
        let layer = step.inputs * step.hidden, last = step.hidden * step.outputs
        return TrainingStep.Result(
            loss: try session.numbers(loss.address, 1)[0],
            gradients: TrainingStep.Weights(
                first: try session.numbers(firstGradient.address, layer),
                second: try session.numbers(secondGradient.address, last)),
            weights: TrainingStep.Weights(
                first: try session.numbers(firstMoved.address, layer),
                second: try session.numbers(secondMoved.address, last)))
    }
}
