import ArgumentParser

/// The value of an option, which is read whatever it begins with so that `--gpus -1` gets a clear answer.
enum GivenValue {
    /// Fails where the value is the next option: the value was forgotten.
    static func check(_ value: String?, of option: String, example: String) throws {
        guard let value, value.hasPrefix("-"), let next = value.dropFirst().first, !("0"..."9").contains(next), next != "."
        else { return }
        throw ValidationError("\(option) has no value: '\(value)' follows it. Example: \(option) \(example)")
    }
}
