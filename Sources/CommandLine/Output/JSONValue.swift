/// Any JSON, taken apart so that it can be laid out as rows.
enum JSONValue: Decodable, Equatable {
    case null
    case flag(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let whole = try? container.decode(Int64.self) {
            self = .whole(whole)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// What lies at a path of keys; a list on the way gives what lies there in each of its elements.
    func values(at path: ArraySlice<Substring>) -> [JSONValue] {
        switch self {
        case .list(let elements): return elements.flatMap { $0.values(at: path) }
        case .object(let members):
            guard let key = path.first else { return [] }
            return members[String(key)]?.values(at: path.dropFirst()) ?? []
        case .null: return []
        case .flag, .whole, .number, .text: return path.isEmpty ? [self] : []
        }
    }

    /// Every value that holds no others, with its path: keys in order of the alphabet, elements by number from 0.
    func leaves(under path: String = "") -> [(path: String, value: JSONValue)] {
        let prefix = path.isEmpty ? "" : path + "."
        switch self {
        case .list(let elements):
            return elements.enumerated().flatMap { $1.leaves(under: prefix + "\($0)") }
        case .object(let members):
            return members.keys.sorted().flatMap { key in members[key]?.leaves(under: prefix + key) ?? [] }
        case .null: return []
        case .flag, .whole, .number, .text: return [(path, self)]
        }
    }
}
