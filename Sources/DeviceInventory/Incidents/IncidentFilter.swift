import FleetModel

/// Lets each incident through once: the driver's events and the kernel's log tell of the same one, and a sick device says
/// the same over and over.
struct IncidentFilter {
    /// For so long the same of the same device is the same incident.
    static let window = TimeSpan.seconds(60)

    private struct Subject: Hashable {
        let device: DeviceKey
        let kind: DeviceIncident.Kind
    }

    /// One time for each device and number: a few hundred at most.
    private var told: [Subject: Timestamp] = [:]

    mutating func admits(_ device: DeviceKey, _ kind: DeviceIncident.Kind, at time: Timestamp) -> Bool {
        let subject = Subject(device: device, kind: kind)
        if let before = told[subject], abs((time - before).milliseconds) < Self.window.milliseconds { return false }
        told[subject] = time
        return true
    }
}
