import Foundation
import LeaseLedger

/// Turns events into what is stored and back. Old versions are brought up, one version at a time, before decoding.
struct EventCoding: Sendable {
    /// Turns a body of one version into one of the next version.
    typealias Upcast = @Sendable (_ body: Data) throws -> Data

    struct Step: Hashable, Sendable {
        let kind: EventKind
        let from: Int
    }

    /// Every version so far is the first one.
    static let current = EventCoding(upcasts: [:])

    let upcasts: [Step: Upcast]

    func encode(_ event: Event) throws(EventCodingError) -> (kind: EventKind, body: Data) {
        let kind = event.kind
        do { return (kind, try event.encodedPayload(StoreJSON.encoder)) } catch {
            throw .unwritable(kind: kind.rawValue, detail: StoreJSON.words(for: error))
        }
    }

    func decode(kind name: String, version: Int, body: Data) throws(EventCodingError) -> Event {
        guard let kind = EventKind(rawValue: name) else { throw .unknownKind(name) }
        guard version <= kind.version else { throw .newerVersion(kind: name, found: version, known: kind.version) }
        var body = body
        do {
            for old in version..<kind.version {
                guard let upcast = upcasts[Step(kind: kind, from: old)] else {
                    throw EventCodingError.unknownVersion(kind: name, found: version)
                }
                body = try upcast(body)
            }
            return try Event(kind, from: body, StoreJSON.decoder)
        } catch let error as EventCodingError { throw error } catch {
            throw .unreadable(kind: name, detail: StoreJSON.words(for: error))
        }
    }
}

/// The one form of JSON in the store: keys in order, so that the same value always gives the same bytes.
enum StoreJSON {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    static let decoder = JSONDecoder()

    static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    /// What is wrong with a body and where, without the body.
    static func words(for error: any Error) -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.keyNotFound(let key, let found):
            return "the key \(key.stringValue) is missing\(place(found.codingPath))"
        case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found): context = found
        case DecodingError.dataCorrupted(let found): context = found
        case EncodingError.invalidValue(_, let found):
            return "\(found.debugDescription)\(place(found.codingPath))"
        default: return "\(error)"
        }
        return "\(context.debugDescription)\(place(context.codingPath))"
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : " at " + path.map(\.stringValue).joined(separator: ".")
    }
}
