package import NIOHTTP1

/// Reads the values of headers.
package enum HeaderTokens {
    /// The members of a list header, in lower case, without empty ones.
    package static func all(_ headers: HTTPHeaders, _ name: String) -> [String] {
        headers[name].flatMap { value in
            value.split(separator: ",").map { trimmed($0).lowercased() }.filter { !$0.isEmpty }
        }
    }

    /// A Content-Length: digits and nothing else, and no more than fits.
    package static func length(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Without spaces and tabs around it.
    package static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
