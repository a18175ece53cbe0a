package import FleetModel

/// What one look at one signal gave.
package enum IdleLook<Value: Hashable & Sendable>: Hashable, Sendable {
    /// This device or this work has no such thing: a batch job has no terminal.
    case notThere
    /// It should be there and could not be read: it counts as use.
    case unknown
    case seen(Value)
}

extension IdleLook: Codable where Value: Codable {}

extension IdleLook {
    var value: Value? {
        if case .seen(let value) = self { return value }
        return nil
    }
}

/// One look at everything that may show that a lease is used.
package struct IdleEvidence: Hashable, Sendable {
    package let at: Timestamp
    /// Each device of the lease; one that is used is enough.
    package var devices: [DeviceActivity]
    /// Cores used by the lease's control group since the look before.
    package var cpu: IdleLook<MilliCores>
    /// Bytes a second over network and disk since the look before.
    package var traffic: IdleLook<Int64>
    /// Whether somebody typed or clicked since the look before.
    package var terminalInput: IdleLook<Bool>
    /// Whether a notebook's kernel computes.
    package var kernelBusy: IdleLook<Bool>
    /// Requests to the service since the look before.
    package var requests: IdleLook<Int64>

    /// What is not said is unknown, which counts as use.
    package init(
        at: Timestamp, devices: [DeviceActivity], cpu: IdleLook<MilliCores> = .unknown, traffic: IdleLook<Int64> = .unknown,
        terminalInput: IdleLook<Bool> = .unknown, kernelBusy: IdleLook<Bool> = .unknown, requests: IdleLook<Int64> = .unknown
    ) {
        self.at = at
        self.devices = devices
        self.cpu = cpu
        self.traffic = traffic
        self.terminalInput = terminalInput
        self.kernelBusy = kernelBusy
        self.requests = requests
    }
}

/// What one look at one device shows of its use.
package struct DeviceActivity: Hashable, Sendable {
    package let device: DeviceKey
    /// Per cent of the time in which anything ran. A device that has no such thing, as a MIG slice, counts as used: memory and
    /// power alone can't tell.
    package var utilization: IdleLook<Int>
    package var power: IdleLook<Power>
    package var memoryUsed: IdleLook<MemoryBytes>
    /// What the device draws when it is free; nil: not known.
    package var idlePower: Power?

    package init(
        _ device: DeviceKey, utilization: IdleLook<Int> = .unknown, power: IdleLook<Power> = .unknown,
        memoryUsed: IdleLook<MemoryBytes> = .unknown, idlePower: Power? = nil
    ) {
        self.device = device
        self.utilization = utilization
        self.power = power
        self.memoryUsed = memoryUsed
        self.idlePower = idlePower
    }

    /// From a reading, in which nil is unknown.
    ///
    /// - Parameter lacking: what this model is known not to give, such as power on some cards.
    package init(_ reading: DeviceReading, idlePower: Power? = nil, lacking: [IdleSignal] = []) {
        func look<Value>(_ value: Value?, _ signal: IdleSignal) -> IdleLook<Value> {
            if reading.contact == .answers, let value { return .seen(value) }
            return lacking.contains(signal) ? .notThere : .unknown
        }
        // What is no share of time says nothing.
        let utilization = reading.utilization.flatMap { (0...100).contains($0) ? $0 : nil }
        self.init(
            reading.device, utilization: look(utilization, .utilization), power: look(reading.power, .power),
            memoryUsed: look(reading.memoryUsed, .memory), idlePower: idlePower)
    }
}
