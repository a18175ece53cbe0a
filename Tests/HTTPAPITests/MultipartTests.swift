import Testing

@testable import HTTPAPI

@Suite("Forms with files")
struct MultipartTests {
    private static let type = "multipart/form-data; boundary=XX"
    private static let form =
        "--XX\r\nContent-Disposition: form-data; name=\"replace\"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; "
        + "name=\"file\"; filename=\"a %22b%22.txt\"\r\nContent-Type: text/plain\r\n\r\nline\r\n--X\r\n-\r\n--XX--\r\n"

    /// The pieces, with bytes that follow each other made one.
    private static func joined(_ pieces: [Multipart.Piece]) -> [Multipart.Piece] {
        pieces.reduce(into: []) { all, piece in
            if case .bytes(let more) = piece, case .bytes(let bytes) = all.last {
                all[all.count - 1] = .bytes(bytes + more)
            } else {
                all.append(piece)
            }
        }
    }

    @Test("the same pieces come out however the body is cut", arguments: [1, 2, 3, 7, 1_000])
    func cuts(_ size: Int) throws {
        var form = try #require(Multipart(type: Self.type))
        var pieces: [Multipart.Piece] = [], rest = Array(Self.form.utf8)[...]
        while !rest.isEmpty {
            pieces += try form.take(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        try form.finish()
        #expect(
            Self.joined(pieces) == [
                .field(name: "replace", file: nil), .bytes(Array("1".utf8)), .fieldEnd,
                .field(name: "file", file: Array("a \"b\".txt".utf8)), .bytes(Array("line\r\n--X\r\n-".utf8)), .fieldEnd,
                .end,
            ])
    }

    @Test("a body that ends early is no form, wherever it ends")
    func early() throws {
        let whole = Array(Self.form.utf8)
        for count in 0..<whole.count - 2 {
            var form = try #require(Multipart(type: Self.type))
            _ = try form.take(whole.prefix(count))
            #expect(throws: Multipart.Malformed.self) { try form.finish() }
        }
    }

    @Test(
        "what is none is refused",
        arguments: [
            "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=XX",
            "multipart/form-data; boundary=\(String(repeating: "x", count: 71))",
        ])
    func none(_ type: String) { #expect(Multipart(type: type) == nil) }

    @Test("headers and what stands before a form have a bound")
    func bounds() throws {
        var form = try #require(Multipart(type: Self.type))
        #expect(throws: Multipart.Malformed.self) { try form.take([UInt8](repeating: 65, count: 5_000)) }
        var other = try #require(Multipart(type: Self.type))
        #expect(throws: Multipart.Malformed.self) {
            _ = try other.take("--XX\r\nContent-Disposition: ".utf8)
            _ = try other.take([UInt8](repeating: 65, count: 20_000))
        }
    }

    @Test("a large file passes in pieces, and little of it is held")
    func large() throws {
        var form = try #require(Multipart(type: "multipart/form-data; boundary=\"XX\""))
        _ = try form.take("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n".utf8)
        var count = 0
        for _ in 0..<100 {
            for case .bytes(let bytes) in try form.take([UInt8](repeating: 13, count: 10_000)) { count += bytes.count }
        }
        #expect(count > 999_900 && count <= 1_000_000)
    }
}
