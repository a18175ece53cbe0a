import FleetModel

/// A machine as it really is, which a report may say otherwise.
struct Site {
    let shape: SimulationOptions.Node
    var boot = 1
    var isGone = false
    /// False: it has never been heard of.
    var hasJoined = true
    /// Devices that fell off the bus.
    var missing: [DeviceKey] = []
    /// Devices that somebody put into another machine.
    var movedAway: [DeviceKey] = []
    /// Devices of other machines that are in this one.
    var visiting: [Device] = []
    /// By how much the numbers of the devices differ from those of the first boot.
    var minorShift = 0
    /// The driver answers nobody until then.
    var wedgedUntil: Timestamp?
    /// The driver and its library are of different versions: no device can be read.
    var isMismatched = false

    init(shape: SimulationOptions.Node) { self.shape = shape }

    private var own: [Device] {
        let count = shape.devices.count
        return shape.devices.enumerated().map { index, device in
            Device(
                key: device.key, model: device.model, memory: device.memory, isSimulated: true,
                minor: (index + minorShift) % count)
        }
    }

    /// What is in the machine now.
    var present: [Device] {
        own.filter { !missing.contains($0.key) && !movedAway.contains($0.key) }
            + visiting.filter { !missing.contains($0.key) }
    }

    func has(_ devices: [DeviceKey]) -> Bool {
        let there = present
        return devices.allSatisfy { key in there.contains { $0.key == key } }
    }

    func isWedged(at now: Timestamp) -> Bool { wedgedUntil.map { $0 > now } ?? false }

    /// Whether it could if it were empty.
    func couldHold(_ asked: ResourceRequest) -> Bool {
        let fitting = present.count { asked.devices.matches($0) }
        return fitting >= asked.devices.count && asked.cores ?? .zero <= shape.cores && asked.memory ?? .zero <= shape.memory
    }

    var report: NodeReport { report(of: isMismatched ? [] : present) }

    /// What the machine would say if these were its devices.
    func report(of devices: [Device], cores: MilliCores? = nil) -> NodeReport {
        let places = devices.map { device in shape.devices.firstIndex { $0.key == device.key } }
        let links = shape.links.isEmpty || places.contains(nil) ? [] : places.compactMap(\.self)
        return NodeReport(
            node: shape.name, bootID: "boot \(boot)", cores: cores ?? shape.cores, memory: shape.memory, devices: devices,
            links: links.map { left in links.map { shape.links[left][$0] } })
    }
}
