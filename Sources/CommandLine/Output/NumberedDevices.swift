import WireModel

extension [DeviceView] {
    /// Each with the number that people call it by: the driver's own, else its place in the list.
    var numbered: [(number: Int, device: DeviceView)] {
        enumerated().map { (number: $1.minor ?? $0, device: $1) }
    }
}
