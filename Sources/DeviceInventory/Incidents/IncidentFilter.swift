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

    private var told: [Subject: Timestamp] = [:]

    mutating func admits(_ device: DeviceKey, _ kind: DeviceIncident.Kind, at time: Timestamp) -> Bool {
        told = told.filter { abs((time - $0.value).milliseconds) < Self.window.milliseconds }
        let subject = Subject(device: device, kind: kind)
        guard told[subject] == nil else { return false }
        told[subject] = time
        return true
    }
}
