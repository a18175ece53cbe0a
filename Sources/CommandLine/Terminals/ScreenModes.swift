/// What a program has turned on in a terminal by what it wrote there, so that it can be turned off when somebody leaves before the
/// program has done so.
struct ScreenModes {
    /// Private modes of DEC and xterm, in the order in which they are turned off: mouse, focus, pasting, keys of the cursor and
    /// at last the other screen.
    private static let known = [
        9, 1_000, 1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_015, 2_004, 1, 7_727, 47, 1_047, 1_049,
    ]
    private static let cursor = 25
    private static let longest = 64

    private enum State { case text, escape, sequence }
    private var state = State.text
    private var parameters: [UInt8] = []
    private var on: Set<Int> = []
    private var isCursorHidden = false
    private var hasKeypad = false
    private var wasWritten = false

    mutating func note(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            wasWritten = true
            switch state {
            case .text: if byte == 0x1b { state = .escape }
            case .escape: begin(byte)
            case .sequence: goOn(byte)
            }
        }
    }

    /// What puts the terminal back; empty: it was never written to.
    var reset: [UInt8] {
        guard wasWritten else { return [] }
        var text = "\u{1B}[0m"
        for mode in Self.known where on.contains(mode) { text += "\u{1B}[?\(mode)l" }
        if hasKeypad { text += "\u{1B}>" }
        if isCursorHidden { text += "\u{1B}[?25h" }
        return Array(text.utf8)
    }

    private mutating func begin(_ byte: UInt8) {
        state = .text
        switch byte {
        case UInt8(ascii: "["):
            state = .sequence
            parameters = []
        case UInt8(ascii: "="): hasKeypad = true
        case UInt8(ascii: ">"): hasKeypad = false
        // Everything at once.
        case UInt8(ascii: "c"):
            on = []
            (isCursorHidden, hasKeypad) = (false, false)
        case 0x1b: state = .escape
        default: break
        }
    }

    private mutating func goOn(_ byte: UInt8) {
        switch byte {
        case 0x40...0x7e:
            state = .text
            if parameters.first == UInt8(ascii: "?"), byte == UInt8(ascii: "h") || byte == UInt8(ascii: "l") {
                set(byte == UInt8(ascii: "h"))
            }
        case 0x1b: state = .escape
        default:
            parameters.append(byte)
            if parameters.count > Self.longest { state = .text }
        }
    }

    private mutating func set(_ isOn: Bool) {
        for word in parameters.dropFirst().split(separator: UInt8(ascii: ";")) {
            guard let mode = Int(String(decoding: word, as: UTF8.self)) else { continue }
            if mode == Self.cursor {
                isCursorHidden = !isOn
            } else if Self.known.contains(mode) {
                if isOn { on.insert(mode) } else { on.remove(mode) }
            }
        }
    }
}
