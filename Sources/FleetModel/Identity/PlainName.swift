/// Names of people and teams that somebody chooses. They stand in commands, in addresses and as folders.
package enum PlainName {
    /// For whoever chose another.
    package static let rule = "letters of a to z, digits and . _ - @ + after a letter or digit"

    /// Whether nothing in it means something to a shell, in a path or to a reader's eye.
    package static func isUsable(_ text: String, longest: Int) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= longest else { return false }
        return !"._-@+".utf8.contains(first)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-@+".utf8.contains(byte)
                }
            }
    }
}
