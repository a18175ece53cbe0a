package import NIOHTTP1

/// Reads the values of headers.
package enum HeaderTokens {
    /// The members of a list header, in lower case, without empty ones.
    package static func all(_ headers: HTTPHeaders, _ name: String) -> [String] {
        let values = headers[name]
        if values.isEmpty { return [] }
        return values.flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ",")).map { trimmed(Substring($0)).lowercased() }.filter { !$0.isEmpty }
        }
    }

    /// A Content-Length: digits and nothing else, and no more than fits.
    package static func length(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Without spaces and tabs around it. By bytes: this runs for each request.
    package static func trimmed(_ text: Substring) -> String {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else {
            return ""
        }
        return String(Substring(bytes[first...last]))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
