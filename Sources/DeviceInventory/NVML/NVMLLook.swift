import FleetModel

/// Gathers what the calls of one look at a device gave.
///
/// A call that fails alone leaves its field unknown. A code that speaks of the device ends the look, whichever call it
/// came from. Where nothing at all was answered, the last failure says why.
struct NVMLLook {
    private var gathered: DeviceReading
    private var last: NVMLCode?
    private var hasAnswered = false
    private var isOver = false

    init(_ key: DeviceKey) { gathered = DeviceReading(key) }

    mutating func ask<Value>(
        _ field: WritableKeyPath<DeviceReading, Value?>, _ call: () throws(NVMLFailure) -> Value?
    ) {
        guard !isOver else { return }
        do {
            guard let value = try call() else { return }
            gathered[keyPath: field] = value
            hasAnswered = true
        } catch {
            last = error.code
            isOver = error.code.speaksOfDevice
        }
    }

    var reading: DeviceReading {
        guard let last, isOver || !hasAnswered else { return gathered }
        return DeviceReading(gathered.device, contact: .failure(last))
    }
}

extension DeviceReading.Contact {
    /// What it means that the driver answered with this code.
    static func failure(_ code: NVMLCode) -> DeviceReading.Contact {
        code.speaksOfAccess ? .unreadable(words: code.words) : .fails(code: code.number, words: code.words)
    }
}
