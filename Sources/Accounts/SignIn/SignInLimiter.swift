package import FleetModel

/// How often a sign-in may be tried. Every try counts when it begins, so that many at once are many.
///
/// A name is counted together with where its tries come from, so that nobody can lock another one out from elsewhere;
/// the higher number for the name alone bounds guessing from many places.
package struct SignInLimiter: Sendable {
    struct Limit: Sendable {
        let tries: Int
        let span: TimeSpan
    }

    private struct Window {
        var began: Timestamp
        var tries: Int
    }

    static let pair = Limit(tries: 10, span: .minutes(15))
    static let name = Limit(tries: 100, span: .minutes(15))
    static let address = Limit(tries: 60, span: .minutes(15))
    /// Everybody on the machine, and everybody behind a proxy on it, comes from there.
    static let loopback = Limit(tries: 600, span: .minutes(15))
    /// Of what is remembered; beyond it what began first is forgotten.
    static let mostWindows = 20_000

    private var windows: [String: Window] = [:]

    package init() {}

    /// How long to wait before a try with this name from this address; nil: it may be made, and counts.
    /// - Parameter name: nil: by a ticket, which can't be guessed; only the address counts.
    package mutating func wait(name: String?, address: String, at now: Timestamp) -> TimeSpan? {
        let place = Self.place(address)
        var keys = [("a \(place)", place == "loopback" ? Self.loopback : Self.address)]
        if let name {
            let name = name.prefix(100).lowercased()
            keys += [("n \(name)", Self.name), ("p \(place) \(name)", Self.pair)]
        }
        let waits = keys.compactMap { key, limit -> TimeSpan? in
            guard let window = windows[key], now - window.began < limit.span, window.tries >= limit.tries else { return nil }
            return (window.began + limit.span) - now
        }
        if let longest = waits.max() { return longest }
        if windows.count >= Self.mostWindows { forget(at: now) }
        for (key, limit) in keys {
            let window = windows[key].flatMap { now - $0.began < limit.span ? $0 : nil } ?? Window(began: now, tries: 0)
            windows[key] = Window(began: window.began, tries: window.tries + 1)
        }
        return nil
    }

    /// Who proved to know the password may be forgetful before.
    package mutating func succeeded(name: String, address: String) {
        windows["p \(Self.place(address)) \(name.prefix(100).lowercased())"] = nil
    }

    private mutating func forget(at now: Timestamp) {
        windows = windows.filter { now - $0.value.began < Self.name.span }
        guard windows.count >= Self.mostWindows else { return }
        for (key, _) in windows.sorted(by: { $0.value.began < $1.value.began }).prefix(Self.mostWindows / 4) {
            windows[key] = nil
        }
    }

    /// Of IPv6 the network: one home has as many addresses as it likes.
    static func place(_ address: String) -> String {
        if address.hasPrefix("127.") || address == "::1" || address.isEmpty { return "loopback" }
        guard address.contains(":") else { return address }
        if address.hasPrefix("::ffff:"), address.contains(".") { return place(String(address.dropFirst(7))) }
        return address.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":")
    }
}
