import Foundation

/// Numbers that users of this machine may take on in name spaces of their own (`/etc/subuid`, `/etc/subgid`): given to somebody else,
/// they would be two people's.
enum SubordinateNumbers {
    static func contain(_ number: UInt32, in files: [String] = ["/etc/subuid", "/etc/subgid"]) -> Bool {
        files.contains { path in
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").contains { line in
                let parts = line.split(separator: ":")
                guard parts.count == 3, let first = UInt64(parts[1]), let count = UInt64(parts[2]) else { return false }
                return UInt64(number) >= first && UInt64(number) - first < count
            }
        }
    }
}
