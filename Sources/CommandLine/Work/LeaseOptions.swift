package import ArgumentParser
import FleetModel
import WireModel

/// What a lease is asked for with, whatever runs under it.
package struct LeaseOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "How many GPUs and which: 1, a100:2, 24GB..:1, 0 for none. (default: 1)")
    package var gpus: String?

    @Option(
        parsing: .unconditional,
        help: "How long the lease may last: 30m, 2h, 1d. Without it the policy's default, 1d unless changed.")
    package var time: String?

    @Option(parsing: .unconditional, help: "Processor cores: 4, 0.5. The default is the GPU's share of the node.")
    package var cpus: String?

    @Option(parsing: .unconditional, help: "Memory: 32GB, 512MiB. The default is the GPU's share of the node.")
    package var memory: String?

    @Option(
        parsing: .unconditional,
        help: "A size with a name, for what is not said otherwise; carrel profile lists those for you.")
    package var profile: String?

    @Option(parsing: .unconditional, help: "Run under this reservation, when it has begun; carrel reserve lists them.")
    package var reservation: Int64?

    @Option(
        parsing: .unconditional,
        help: "Where it begins. Without it the current folder; over `carrel login` your own folder on that machine, my/.")
    package var folder: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What it will hold on the GPU, as for carrel plan fit, to be told now if that won't fit: 'llama-3.1-8b --method lora'.",
            valueName: "model"))
    package var fit: String?

    package init() {}

    package mutating func validate() throws {
        try GivenValue.check(gpus, of: "--gpus", example: "1")
        try GivenValue.check(time, of: "--time", example: "2h")
        try GivenValue.check(cpus, of: "--cpus", example: "4")
        try GivenValue.check(memory, of: "--memory", example: "32GB")
        try GivenValue.check(profile, of: "--profile", example: "small")
        try GivenValue.check(folder, of: "--folder", example: "/srv/project")
        if let fit { try FitOption.check(fit, gpus: gpus) }
        if let reservation, reservation < 1 {
            throw ValidationError("--reservation \(reservation): numbers of reservations start at 1.")
        }
    }
}

extension LeaseOptions {
    /// What `--fit` expects of the work. Said where it can't be reckoned.
    ///
    /// How long it takes depends on the GPU: that is expected where an amount of work is said and one model is asked for.
    func forecast() throws -> ForecastView? {
        guard let fit else { return nil }
        var asked = try FitOption.parse(fit)
        let words = gpus.flatMap { try? DeviceSelector(parsing: $0) }?.modelWords ?? []
        if asked.gpu == nil, asked.hasAmount, !words.isEmpty { asked.gpu = words.joined(separator: " ") }
        let view = try Advised.run { try asked.advice() }
        let device = asked.gpu == nil ? nil : view.devices.first
        var forecast = ForecastView(view)
        (forecast.seconds, forecast.energyJoules) = (
            device?.seconds.flatMap(FitOption.span), device?.energyJoules.flatMap(FitOption.span)
        )
        return forecast
    }
}
