/// Finds the keys that leave a terminal among those that go to the work: Ctrl-] and then d, however much later.
///
/// Ctrl-] waits for the next key, with which it goes to the work; a second Ctrl-] sends one at once, for programs that know it.
struct LeaveKeys {
    static let words = "Ctrl-] then d"
    private static let first: UInt8 = 0x1d
    private static let second = [UInt8(ascii: "d"), UInt8(ascii: "D")]

    private var isWaiting = false

    /// What goes to the work, and whether the user leaves; then what follows is nobody's.
    mutating func take(_ keys: some Sequence<UInt8>) -> (typed: [UInt8], leaves: Bool) {
        var typed: [UInt8] = []
        for key in keys {
            guard isWaiting else {
                if key == Self.first { isWaiting = true } else { typed.append(key) }
                continue
            }
            isWaiting = false
            if Self.second.contains(key) { return (typed, true) }
            typed += key == Self.first ? [key] : [Self.first, key]
        }
        return (typed, false)
    }
}
