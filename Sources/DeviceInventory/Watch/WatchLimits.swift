package import FleetModel

/// How patient a `DeviceWatch` is.
package struct WatchLimits: Hashable, Sendable {
    /// How long one look at a GPU may take. With the heartbeat and the tick, half a second each, a GPU that hangs is told
    /// `patience` + 1 s after the look began.
    package var patience = TimeSpan.seconds(6)
    /// The same for the first look that a process takes, at a GPU or at the driver as a whole: it may have to wake them up.
    package var firstPatience = TimeSpan.seconds(20)
    /// The pause before a GPU that fell silent is asked again, by a process of its own and with `patience`: whether it was
    /// only unlucky is to be known soon. After that it is asked ever more seldom, and patiently.
    package var secondAsking = TimeSpan(milliseconds: 200)
    /// The same until a first look at any device has been answered: the driver may be starting with the machine.
    package var coldPatience = TimeSpan.seconds(60)
    /// How long the watch process may say nothing at all. It says twice a second that it lives.
    package var silence = TimeSpan.seconds(10)
    /// How long a killed process may take to end. One that takes longer is stuck in the kernel.
    package var dyingTime = TimeSpan.seconds(2)
    /// The pause after a first failure; it doubles with each that follows, up to `longestRest`.
    package var firstRest = TimeSpan.seconds(5)
    package var longestRest = TimeSpan.seconds(60)
    /// With so many processes stuck in the kernel no more are started, until one is gone.
    package var mostStuck = 2

    package init() {}

    func rest(afterFailures count: Int) -> Duration {
        let factor = Int64(1) << min(max(count - 1, 0), 10)
        return .milliseconds(min(firstRest.milliseconds * factor, longestRest.milliseconds))
    }
}

extension TimeSpan {
    var duration: Duration { .milliseconds(milliseconds) }
}
