import Testing
import WireModel

@testable import HTTPAPI

@Suite("Forms of pages")
struct FormTests {
    @Test("fields are read as browsers send them")
    func fields() throws {
        let form = try FormBody("a=1+2&b=%C3%A9%26%0D%0A&c&a=3&=x".utf8)
        #expect(form["a"] == "1 2" && form["b"] == "é&\r\n" && form["c"] == "" && form["d"] == nil)
        #expect(form.all("a") == ["1 2", "3"] && form.all("d") == [])
    }

    @Test("what no browser sends is refused, and nothing ends the server")
    func malformed() {
        for text in ["a=%", "a=%1", "a=%zz", "a=%ff", "a=%C3", String(repeating: "a=1&", count: 100)] {
            #expect(throws: Problem.self) { try FormBody(text.utf8) }
        }
    }

    @Test("only the very host that was asked is the same origin")
    func origins() {
        #expect(SameOrigin.isSame("http://127.0.0.1:8080", "127.0.0.1:8080"))
        #expect(SameOrigin.isSame("https://Carrel.example", "carrel.example"))
        let bad = [
            "null", "", "http://", "http://127.0.0.1", "http://127.0.0.1:8081", "http://127.0.0.1:8080.evil",
            "http://127.0.0.1:8080/", "ftp://127.0.0.1:8080", "http://s-1.localhost:8080",
        ]
        for origin in bad { #expect(!SameOrigin.isSame(origin, "127.0.0.1:8080"), "\(origin)") }
        #expect(!SameOrigin.isSame("http://", "") && !SameOrigin.isSame("https://", ""))
    }
}
