import Foundation
import GRDB
import LeaseLedger

/// Turns a state into what is stored and back.
enum CheckpointCoding {
    /// Raised whenever the stored form of `LedgerState` changes; a golden file pins it. Checkpoints of other versions
    /// are passed over: the log holds everything. A base is a checkpoint too, and is never passed over: the events before
    /// it are gone. So a new version brings an entry in `upcasts`, and the golden file of the old one stays.
    static let version = 2

    /// Turns the body of one version into one of the next.
    static let upcasts: [Int: @Sendable (Data) throws -> Data] = [
        // What ended leases count for in limits of a week was not kept: it counts from here on.
        1: { $0 }
    ]

    static func encode(_ state: LedgerState) throws -> (body: Data, digest: Int64) {
        let body = try StoreJSON.encoder.encode(state)
        return (body, digest(of: body))
    }

    static func decode(_ row: Row) throws(CheckpointError) -> LedgerState {
        let found: Int = row["version"]
        guard found == version else { throw .otherVersion(found: found, known: version) }
        return try decodeBase(row)
    }

    /// Of any version.
    static func decodeBase(_ row: Row) throws(CheckpointError) -> LedgerState {
        let found: Int = row["version"]
        guard found <= version else { throw .otherVersion(found: found, known: version) }
        var body: Data = row["body"]
        guard row["digest"] == digest(of: body) else { throw .digestDiffers }
        for old in found..<version {
            guard let upcast = upcasts[old] else { throw .otherVersion(found: found, known: version) }
            do { body = try upcast(body) } catch { throw .unreadable(detail: StoreJSON.words(for: error)) }
        }
        let state: LedgerState
        do { state = try StoreJSON.decoder.decode(LedgerState.self, from: body) } catch {
            throw .unreadable(detail: StoreJSON.words(for: error))
        }
        guard row["sequence"] == state.sequence else { throw .otherSequence(found: state.sequence) }
        return state
    }

    /// FNV-1a with 64 bits: finds damage, and is no protection against forgery.
    static func digest(of body: Data) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        body.withUnsafeBytes { bytes in
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return Int64(bitPattern: hash)
    }
}

/// Why a checkpoint can't be used.
enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    case otherVersion(found: Int, known: Int)
    case digestDiffers
    case unreadable(detail: String)
    case otherSequence(found: Int64)

    var description: String {
        switch self {
        case .otherVersion(let found, let known): "it has version \(found), and this Carrel writes version \(known)"
        case .digestDiffers: "its digest does not fit"
        case .unreadable(let detail): detail
        case .otherSequence(let found): "it says that it stands at event \(found)"
        }
    }
}
