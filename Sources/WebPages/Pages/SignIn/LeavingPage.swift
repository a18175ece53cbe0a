/// On the way to another site: browsers go there by themselves, and by a link where one doesn't.
package struct LeavingPage: Sendable {
    private let address: OutsideAddress
    private let name: String

    /// nil: the address is none that a page may lead to.
    package init?(to address: String, called name: String) {
        guard let address = OutsideAddress(address) else { return nil }
        self.address = address
        self.name = name
    }

    package func html() -> HTML {
        Layout(title: "Sign in", place: nil, viewer: nil).page { html in
            html(.h1, text: "Sign in")
            html(.p) { html in
                html.text("You are taken to ")
                html(.a, .href(outside: address), text: name)
                html.text(".")
            }
        }
    }
}

/// An address elsewhere that the server's own settings name: `https://`, or this machine.
struct OutsideAddress: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        let bytes = Array(text.utf8.prefix(4_001))
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), bytes.count <= 4_000,
            bytes.allSatisfy({ (0x21...0x7e).contains($0) && !"\\\"<>`;".utf8.contains($0) })
        else { return nil }
        self.text = text
    }
}
