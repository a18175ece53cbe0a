import LeaseLedger

// Prints a line of JSON for each size and event: how long one decision took, in microseconds.

let sizes = [100, 1_000, 10_000]
let lines = [1_000, 10_000, 100_000]
let mostSamples = 300
let longest = Duration.seconds(2)
let fewest = 10
let clock = ContinuousClock()

func microseconds(_ span: Duration) -> Double {
    Double(span.components.seconds) * 1e6 + Double(span.components.attoseconds) / 1e12
}

/// The smallest of the sorted values that at least `share` per cent of all do not exceed.
func percentile(_ sorted: [Double], _ share: Int) -> Double { sorted[(share * sorted.count + 99) / 100 - 1] }

for devices in sizes {
    for waiting in lines {
        let fleet = BusyFleet(devices: devices, waiting: waiting)
        for decision in Decision.allCases {
            guard decision.happened(from: fleet.state, to: decision.take(on: fleet)) else {
                fatalError("\(decision.rawValue) with \(devices) devices and \(waiting) waiting did not happen")
            }
            var times: [Double] = []
            let began = clock.now
            while times.count < mostSamples, times.count < fewest || clock.now - began < longest {
                var after = fleet.state
                times.append(microseconds(clock.measure { after = decision.take(on: fleet) }))
                precondition(after.sequence > fleet.state.sequence)
            }
            times.sort()
            print(
                """
                {"devices": \(devices), "waiting": \(waiting), "event": "\(decision.rawValue)", "samples": \(times.count), \
                "p50": \(percentile(times, 50)), "p99": \(percentile(times, 99))}
                """)
        }
    }
}
