import Foundation

/// Whether anything outside may be reached at all: asked of the kernel's table of routes, so that nothing is sent.
enum NetworkFacts {
    static var hasWayOut: Bool {
        hasDefaultRoute(text("/proc/net/route"), destination: 1, zero: "00000000")
            || hasDefaultRoute(text("/proc/net/ipv6_route"), destination: 0, zero: String(repeating: "0", count: 32))
    }

    /// A line of the table whose destination is everything, on an interface that leaves the machine.
    static func hasDefaultRoute(_ table: String, destination: Int, zero: String) -> Bool {
        table.split(separator: "\n").contains { line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > destination, fields[destination] == zero else { return false }
            // The newer protocol's table has the device last, and a line for what is unreachable on the loopback.
            return destination == 1 || fields.last != "lo" && fields.count > 1 && fields[1] == "00"
        }
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
