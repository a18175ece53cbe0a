/// Finds the keys that leave a terminal among those that go to the work: Ctrl-] and then d.
///
/// Ctrl-] alone goes on its way once another key follows, or after a second.
struct LeaveKeys {
    static let words = "Ctrl-] then d"
    /// How long Ctrl-] waits for what follows.
    static let patience = Duration.seconds(1)
    private static let first: UInt8 = 0x1d
    private static let second = [UInt8(ascii: "d"), UInt8(ascii: "D")]

    private(set) var isWaiting = false

    /// What goes to the work, and whether the user leaves; then what follows is nobody's.
    mutating func take(_ keys: some Sequence<UInt8>) -> (typed: [UInt8], leaves: Bool) {
        var typed: [UInt8] = []
        for key in keys {
            if isWaiting {
                isWaiting = false
                if Self.second.contains(key) { return (typed, true) }
                typed.append(Self.first)
            }
            if key == Self.first {
                isWaiting = true
            } else {
                typed.append(key)
            }
        }
        return (typed, false)
    }

    /// Nothing followed.
    mutating func giveUp() -> [UInt8] {
        defer { isWaiting = false }
        return isWaiting ? [Self.first] : []
    }
}
