extension RunPart {
    /// A convolutional network: ResNet-50's measured rates, weighed by the network's numbers that convolutions put out (three
    /// quarters) and its operations (a quarter), since bandwidth decides more than arithmetic. With a utilisation: six operations
    /// for each multiplication of the forward pass.
    init?(
        images: Double, _ shape: ModelShape.ConvolutionShape, _ question: MemoryQuestion, on accelerator: Accelerator,
        reference: Accelerator, utilisation: Double?
    ) {
        let side = Double(question.side ?? shape.side) / Double(max(1, shape.side))
        let devices = max(1, question.devices), trains = question.method != .inference
        let precision: Precision = question.weights == .fp32 ? .fp32 : .fp16
        if let utilisation {
            guard let peak = accelerator.matrixRate(precision), peak > 0 else { return nil }
            let operations = (trains ? 6 : 2) * shape.products * side * side * images
            let seconds = operations / (peak * utilisation * SpeedPrediction.scaling(devices))
            self.init(
                compute: Bracket(seconds * 0.9, seconds, seconds * 1.1), memory: .none, launches: .none)
            return
        }
        guard let known = Workload.named("resnet50-train"),
            let base = known.referenceRates.first(where: { $0.precision == precision })?.rate,
            let speed = SpeedPrediction(known, precision, on: accelerator, count: devices, relativeTo: reference)
        else { return nil }
        let relative = (shape.products / Self.products / 4 + shape.outputs / Self.outputs * 0.75) * side * side
        let tuned = images * relative / (base * speed.ratio * (trains ? 1 : 3))
        let checked = question.checkpointing && trains ? 4.0 / 3 : 1
        let steps = images / (Double(question.batch) * Double(devices))
        self.init(
            // The measured ones load images with much care, on the GPU.
            compute: .none, memory: Bracket(tuned * 0.75, tuned * 1.25 * checked, tuned * 2.5 * checked),
            launches: (trains ? Bracket(8e-3, 25e-3, 60e-3) : Bracket(2e-3, 8e-3, 15e-3)) * steps,
            link: trains ? GPULink(question, accelerator).training(tokens: 0) * steps : .none)
    }

    /// Of ResNet-50, as `KnownModel` has it.
    private static let products = 4.11e9, outputs = 11.11e6
}
