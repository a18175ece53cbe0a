import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import NIOCore
import NIOFoundationCompat
import NIOFoundationEssentialsCompat
import WireModel

/// Reading what clients send; every mistake gets a problem that names it.
extension Request {
    /// The largest body: arguments and environment together are at most 2 MiB for the kernel, and JSON makes them longer.
    static let largestBody = 8 << 20

    func body<Value: Decodable>(as type: Value.Type) async throws -> (value: Value, bytes: ByteBuffer) {
        var request = self
        let bytes: ByteBuffer
        do {
            bytes = try await request.collectBody(upTo: Self.largestBody)
        } catch {
            throw Problem(
                "too-large", title: "Too large", status: 413,
                detail:
                    "The body has more than \(Self.largestBody) bytes; nothing was kept. Put large data in a file and name the file.",
                exitCode: ExitCode.usage)
        }
        do {
            return (try JSONDecoder().decode(Value.self, from: Data(buffer: bytes)), bytes)
        } catch let error as DecodingError {
            throw Problem.badInput("The body is not what this address takes: \(error.words)")
        } catch {
            throw Problem.badInput("The body is not JSON.")
        }
    }

    func number(_ name: String) throws(Problem) -> Int64? {
        guard let text = uri.queryParameters[Substring(name)] else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw .badInput("`\(name)` is a whole number from 0, not “\(String(text).shown)”.")
        }
        return number
    }

    func flag(_ name: String) -> Bool {
        guard let text = uri.queryParameters[Substring(name)] else { return false }
        return !["0", "false", "no"].contains(String(text))
    }
}

extension CarrelContext {
    func requestID() throws(Problem) -> LeaseID {
        let text = parameters.get("id") ?? ""
        guard let number = Int64(text), number > 0 else {
            throw .badInput("“\(text.shown)” is no request's number; numbers start at 1.")
        }
        return LeaseID(number)
    }
}

extension DecodingError {
    var words: String {
        func place(_ context: Context) -> String {
            context.codingPath.isEmpty ? "" : " at `\(context.codingPath.map(\.stringValue).joined(separator: "."))`"
        }
        return switch self {
        case .keyNotFound(let key, let context): "`\(key.stringValue)` is missing\(place(context))."
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "expected \(type)\(place(context))."
        case .dataCorrupted(let context): "it is not JSON, or cut off\(place(context))."
        @unknown default: "it can't be read."
        }
    }
}

/// Texts that people type, on the command line or into the API.
enum Typed {
    static func span(_ text: String, _ name: String) throws(Problem) -> TimeSpan {
        do throws(TimeSpan.ParseError) { return try TimeSpan(parsing: text) } catch {
            throw .badInput(error.words(name))
        }
    }

    static func devices(_ text: String) throws(Problem) -> DeviceSelector {
        do throws(DeviceSelector.ParseError) { return try DeviceSelector(parsing: text) } catch {
            throw .badInput(error.words)
        }
    }

    static func memory(_ text: String) throws(Problem) -> MemoryBytes {
        let memory: MemoryBytes
        do throws(MemoryBytes.ParseError) { memory = try MemoryBytes(parsing: text) } catch {
            throw .badInput("“\(text.shown)” is no amount of memory; write 32GB, 512MiB or 1.5TB.")
        }
        // Nothing runs in less; most likely the unit was forgotten.
        guard memory >= MemoryBytes(4 << 20) else {
            throw .badInput("“\(text.shown)” is \(memory.text), too little to run anything; write 32GB or 512MiB.")
        }
        return memory
    }

    static func cores(_ text: String) throws(Problem) -> MilliCores {
        do throws(MilliCores.ParseError) { return try MilliCores(parsing: text) } catch {
            throw .badInput("“\(text.shown)” is no number of cores; write 4 or 0.5.")
        }
    }
}
