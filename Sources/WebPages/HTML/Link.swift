import FleetModel

/// An address on this server: a path that begins with one `/`. Nothing else can be linked to, so that no text from outside
/// becomes a `javascript:` or leads elsewhere.
package struct Link: Hashable, Sendable {
    /// As it stands in a header or an attribute before escaping.
    package let text: String

    private init(unchecked text: String) { self.text = text }

    /// A path in the source.
    package init(_ path: StaticString) { text = path.description }

    /// `/PART/PART…`; what means something in an address is escaped.
    package static func path(_ parts: String...) -> Link {
        Link(unchecked: "/" + parts.map { $0.percentEscaped() }.joined(separator: "/"))
    }

    /// A path of files below one of the source, with what means something in an address escaped already; anything else in it is
    /// cut off with what follows.
    package static func escaped(_ begin: StaticString, _ path: String) -> Link {
        let plain = path.utf8.prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~%/".utf8.contains(byte)
            }
        }
        return Link(unchecked: begin.description + String(decoding: plain, as: UTF8.self))
    }

    /// With one more value after the `?`; nil adds nothing.
    package func with(_ name: StaticString, _ value: String?) -> Link {
        guard let value else { return self }
        let sign = text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return Link(unchecked: text + sign + name.description + "=" + value.percentEscaped())
    }

    /// One that somebody sent, such as where to go after signing in; nil: it may lead elsewhere. Browsers read `\` as `/` and
    /// skip line ends, so that neither is taken.
    package init?(given text: String) {
        let bytes = Array(text.utf8.prefix(2_001))
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2_000, bytes.dropFirst().first != UInt8(ascii: "/"),
            bytes.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }
}
