/// What a token says under one name, as far as it matters here.
package enum ClaimValue: Decodable, Hashable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    /// The texts of a list; what is no text is left out.
    case list([String])
    case other

    private struct Item: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let items = try? container.decode([Item].self) {
            self = .list(items.compactMap(\.text))
        } else {
            self = .other
        }
    }
}
