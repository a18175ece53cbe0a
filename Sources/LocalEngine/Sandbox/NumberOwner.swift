import FleetModel
import Glibc

/// Whose a number is that no user of the machine has.
enum NumberOwner {
    /// Throws where it is somebody's all the same: of a group, whose rights work of that number would have, or of a user who
    /// may take it on in a name space of their own. What can't be asked is not taken for free.
    static func check(_ number: UInt32, lent files: [String] = ["/etc/subuid", "/etc/subgid"]) throws(LaunchFailure) {
        if let group = try group(number) { throw .numberTaken(number: number, by: "the group “\(group)”") }
        for file in files {
            for line in try text(file).split(separator: "\n") {
                let parts = line.split(separator: ":")
                guard parts.count == 3, let first = UInt64(parts[1]), let count = UInt64(parts[2]),
                    UInt64(number) >= first, UInt64(number) - first < count
                else { continue }
                throw .numberTaken(number: number, by: "what \(file) lends to “\(parts[0])”")
            }
        }
    }

    private static let longestFile = 16 << 20

    /// What a file lends; one that is not there lends nothing.
    private static func text(_ file: String) throws(LaunchFailure) -> String {
        let bytes: [UInt8]
        do throws(SystemFailure) { bytes = try Files.contents(file, limit: longestFile) ?? [] } catch {
            throw .sandbox(
                detail:
                    "whether a user of the machine was lent the number can't be known (\(error.text)): let root read \(file)"
            )
        }
        guard bytes.count < longestFile else {
            throw .sandbox(
                detail: "whether a user of the machine was lent the number can't be known: \(file) is longer than 16 MiB")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func group(_ number: UInt32) throws(LaunchFailure) -> String? {
        // As long as a directory's groups may be.
        var size = 1 << 16
        while true {
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            var buffer = [CChar](repeating: 0, count: size)
            let (code, name) = buffer.withUnsafeMutableBufferPointer { room -> (Int32, String?) in
                let code = getgrgid_r(number, &entry, room.baseAddress, room.count, &found)
                // The entry points into the room.
                return (code, found.map { String(cString: $0.pointee.gr_name) })
            }
            switch code {
            case ERANGE where size < 1 << 26: size *= 8
            case 0, ENOENT, ESRCH: return name
            // A group too large to be read is one.
            case ERANGE: return "\(number)"
            default:
                throw .sandbox(detail: "the machine's account database did not say whether a group has the number \(number)")
            }
        }
    }
}
