import Hummingbird
import NIOCore
import WireModel

/// The fields of a form, as browsers send it (`application/x-www-form-urlencoded`).
struct FormBody {
    /// The longest: a command may be long.
    static let largest = 1 << 20
    private static let mostFields = 64

    let fields: [(name: String, value: String)]

    /// Throws a problem where the text is none that a browser sends.
    init(_ text: some Sequence<UInt8>) throws(Problem) {
        var fields: [(String, String)] = []
        for part in Array(text).split(separator: UInt8(ascii: "&")) {
            guard fields.count < Self.mostFields else { throw .badInput("The form has too many fields; nothing was done.") }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count > 1 ? halves[1] : []) else {
                throw .badInput("The form can't be read; nothing was done.")
            }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// nil: there is no such field.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All values of a field that may come several times, such as one box of several.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// nil: it is no percent-encoded UTF-8.
    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = [], index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = digit(text[index + 1]), let low = digit(text[index + 2]) else {
                    return nil
                }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Request {
    /// The form that a page of this server sent. Throws a problem where it comes from elsewhere or is none.
    func form() async throws -> FormBody {
        try SameOrigin.check(self)
        let type = headers[.contentType]?.lowercased() ?? ""
        guard type.isEmpty || type.hasPrefix("application/x-www-form-urlencoded") else {
            throw Problem(
                "unsupported-type", title: "Not a form", status: 415, detail: "This address takes forms of its own pages.")
        }
        var request = self
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: FormBody.largest) } catch {
            throw Problem(
                "too-large", title: "Too large", status: 413,
                detail: "The form has more than \(FormBody.largest) bytes; nothing was done. Put long commands in a file.")
        }
        return try FormBody(body.readableBytesView)
    }
}
