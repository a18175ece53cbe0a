/// A signal that may be sent to work: Linux's numbers on x86-64 and ARM.
package struct SignalNumber: Hashable, Codable, Sendable {
    package let number: Int32

    /// In order of the numbers, from 1.
    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
        "PWR", "SYS",
    ]

    /// nil: there is none of that number, no program can take it (KILL, STOP), or the C library keeps it for itself.
    package init?(_ number: Int32) {
        guard (1...64).contains(number), number != 9, number != 19, number != 32, number != 33 else { return nil }
        self.number = number
    }

    /// `USR1`, `SIGUSR1`, `usr1` or `10`; nil: as above.
    package init?(parsing text: String) {
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let place = Self.names.firstIndex(of: name) {
            self.init(Int32(place + 1))
        } else if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int32(text) {
            self.init(number)
        } else {
            return nil
        }
    }

    /// `USR1`; of those without a name the number.
    package var name: String {
        Self.names.indices.contains(Int(number) - 1) ? Self.names[Int(number) - 1] : String(number)
    }

    package init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int32.self)
        guard let known = SignalNumber(number) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no signal is \(number)"))
        }
        self = known
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}
