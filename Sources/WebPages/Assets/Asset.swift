import CAssets

/// Something that a page loads beside itself; it is in the binary. Its address names its content, so that browsers may keep it
/// for ever and a new version is another address.
package struct Asset: Sendable {
    package let name: String
    package let mediaType: String
    package let bytes: [UInt8]
    /// `/assets/HASH/NAME`.
    package let link: Link
    /// The HASH.
    package let hash: String

    private init(_ name: String, _ mediaType: String, _ read: (UnsafeMutablePointer<UInt>) -> UnsafePointer<UInt8>?) {
        var length: UInt = 0
        let start = read(&length)
        self.name = name
        self.mediaType = mediaType
        bytes = Array(UnsafeBufferPointer(start: start, count: Int(length)))
        hash = Self.hash(of: bytes)
        link = .path("assets", hash, name)
    }

    package static let style = Asset("carrel.css", "text/css; charset=utf-8") { cassets_style($0) }
    package static let script = Asset("carrel.js", "text/javascript; charset=utf-8") { cassets_script($0) }
    /// What the page of a terminal loads beside those.
    package static let terminalScript = Asset("terminal.js", "text/javascript; charset=utf-8") {
        cassets_terminal_script($0)
    }
    package static let terminalStyle = Asset("terminal.css", "text/css; charset=utf-8") { cassets_terminal_style($0) }
    /// What is around a session, on the session's own host.
    package static let sessionScript = Asset("session.js", "text/javascript; charset=utf-8") { cassets_session_script($0) }
    package static let sessionStyle = Asset("session.css", "text/css; charset=utf-8") { cassets_session_style($0) }
    package static let icon = Asset("icon.svg", "image/svg+xml") { cassets_icon($0) }

    /// The one at an address; nil: none, such as one of another version.
    package static func at(hash: String, name: String) -> Asset? {
        [style, script, terminalStyle, terminalScript, icon].first { $0.name == name && $0.hash == hash }
    }

    /// FNV-1a with 64 bits. It tells versions apart and guards against nothing.
    private static func hash(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
