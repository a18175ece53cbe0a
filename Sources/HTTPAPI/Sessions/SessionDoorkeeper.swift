import Accounts
import CheckoutService
import FleetModel
import Foundation
import LeaseLedger
import NIOHTTP1
import SessionGateway
import Synchronization
import WireModel

/// Stands at the door of the gateway: says of each request whether the server answers it or a session, and who may enter that.
///
/// Nothing of a request to a session's host ever reaches the server's own routes. Whoever was let in once is known by the cookie
/// until something ends that: each second all who are inside are looked at again.
package final class SessionDoorkeeper: Sendable {
    static let enterPath = "/.carrel/enter"
    /// Where the cookie that was set a moment ago must have come back.
    static let arrivePath = "/.carrel/arrive"
    /// What the server answers itself on every session's host.
    static let ownPaths = "/.carrel/"
    private static let period = Duration.seconds(1)
    /// Visual Studio Code's page sends 13 bytes every 5 seconds, that of engine.io 1 every 25.
    private static let leastFrame = 32

    private struct Key: Hashable {
        let secret: String
        let place: String
    }

    private final class Guest: Sendable {
        let session: BrowserSession
        let attempt: AttemptKey
        let tether = GatewayTether()
        let wasHere = Atomic(true)

        init(_ session: BrowserSession, _ attempt: AttemptKey) {
            self.session = session
            self.attempt = attempt
        }
    }

    private let access: SessionAccess
    private let callers: CallerMaker
    private let audit: AuditTrail
    private let guests = Mutex<[Key: Guest]>([:])

    init(access: SessionAccess, callers: CallerMaker, audit: AuditTrail) {
        self.access = access
        self.callers = callers
        self.audit = audit
    }

    /// The door of one connection.
    func door(for peer: LoopbackPeer) -> GatewayDoor { { [self] request in answer(request, peer) } }

    private func answer(_ request: GatewayRequest, _ peer: LoopbackPeer) -> GatewayAnswer {
        let head = request.head
        let id: LeaseID
        switch access.hosts.place(of: head.headers.first(name: "host")) {
        case .control: return .now(.pass)
        case .nobody: return .now(.refuse(.init(status: 421, words: "No session has this name.")))
        case .session(let found): id = found
        }
        if head.uri.hasPrefix(Self.ownPaths) { return .later { [self] in .refuse(await own(request, id, peer)) } }
        guard SessionOrigin.holds(head) else {
            return .now(.refuse(.init(status: 403, words: "This came from another site. Nothing was passed on.")))
        }
        guard let secret = cookie.value(in: head.headers), SessionEntrances.isShaped(secret) else {
            return .now(.refuse(stranger(head, id)))
        }
        if let place = peer.knownPlace, let guest = guests.withLock({ $0[Key(secret: secret, place: place)] }),
            guest.session.entrance == id
        {
            guest.wasHere.store(true, ordering: .relaxed)
            return .now(.forward(route(to: guest, head)))
        }
        return .later { [self] in await admit(head, id, secret, peer.place) }
    }

    private var cookie: EntranceCookie { EntranceCookie(address: access.address.text) }

    /// Asks whose the cookie is, and remembers who is let in.
    private func admit(_ head: HTTPRequestHead, _ id: LeaseID, _ secret: String, _ place: String) async -> GatewayDecision {
        do throws(SignInRefusal) {
            guard
                let session = try await access.desk.entrances.authenticate(
                    secret, in: place, at: access.service.clock.now()),
                session.entrance == id, callers.caller(session) != nil
            else { return .refuse(stranger(head, id)) }
            let standing = try await access.standing(of: id, for: session.user)
            guard case .runs(let attempt) = standing else { return .refuse(closed(standing, id)) }
            let guest = guests.withLock { guests in
                let key = Key(secret: secret, place: place)
                if let known = guests[key], known.attempt == attempt, !known.tether.isCut { return known }
                let guest = Guest(session, attempt)
                guests[key]?.tether.cut()
                guests[key] = guest
                return guest
            }
            return .forward(route(to: guest, head))
        } catch {
            return .refuse(.plain(.undecided, nil))
        }
    }

    private func route(to guest: Guest, _ head: HTTPRequestHead) -> GatewayRoute {
        let service = access.service, attempt = guest.attempt
        // A program's own keys are its own business; one of this server's, sent there by mistake, is not.
        // Nor is a password for whatever stands before this server.
        let keepsKeys = !head.headers["authorization"].contains {
            $0.contains("carrel_") || $0.lowercased().hasPrefix("basic")
        }
        var rules = HeaderRules(
            controlCookies: [cookie.name], authorization: keepsKeys ? .kept : .dropped,
            scheme: access.address.text?.hasPrefix("https:") ?? false ? "https" : "http")
        rules.keepsOutOfFrames = true
        var route = GatewayRoute(
            to: GatewayBackend(key: "\(attempt)", way: .descriptor { try await service.connect(to: attempt) }),
            rules: rules, tether: guest.tether, noteUse: { service.sessionUse.note(attempt) })
        // JupyterLab sends nothing by itself, and a key in its terminal little; pages of other programs keep their connections alive.
        if service.state.requests[attempt.lease]?.wishes?.session != .notebook { route.leastFrame = Self.leastFrame }
        return route
    }

    /// Somebody without a way in: who goes there is sent to where one gets it.
    private func stranger(_ head: HTTPRequestHead, _ id: LeaseID) -> GatewayRefusal {
        // Another round would set one of them anew and leave the other.
        if cookie.values(in: head.headers).count > 1 { return withoutCookie(id, "sent more than one cookie") }
        guard SessionOrigin.isGoing(head), let page = access.page(of: id, "enter") else {
            return .init(
                status: 401, words: "You are not let in here, or not any more. Open the session again from Carrel's pages.")
        }
        let next = SignInRoutes.ownPath(head.uri).map { "?next=" + $0.percentEscaped(keeping: "/") } ?? ""
        return .init(
            status: 303,
            headers: [
                "Location": page + next, "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            ],
            body: "")
    }

    /// Instead of sending the browser round and round.
    private func withoutCookie(_ id: LeaseID, _ what: String) -> GatewayRefusal {
        SessionNotice.refusal(
            status: 403, title: "Your browser \(what)",
            words:
                "What lets you into this session is one cookie for this very address. Allow cookies for it, or delete those that "
                + "are kept for it, and open the session again. The session goes on meanwhile.",
            link: access.page(of: id, "enter").map { ($0, "Open the session again") })
    }

    private func closed(_ standing: SessionAccess.Standing, _ id: LeaseID) -> GatewayRefusal {
        let problem = Problem(standing, of: id)
        return SessionNotice.refusal(
            status: problem.status, title: problem.title, words: problem.detail,
            link: access.page(of: id).map { ($0, "Request \(id)") },
            refresh: standing == .waits ? 3 : nil)
    }

    /// What the server answers itself on a session's host: the way in, and the page around it.
    private func own(_ request: GatewayRequest, _ id: LeaseID, _ peer: LoopbackPeer) async -> GatewayRefusal {
        let head = request.head, path = String(head.uri.prefix { $0 != "?" })
        guard head.method == .GET else { return Self.nothing }
        if path == Self.enterPath {
            // Somebody goes there; a picture or frame of another page must not let anybody in as somebody else.
            let mode = head.headers.first(name: "sec-fetch-mode"), dest = head.headers.first(name: "sec-fetch-dest")
            guard mode ?? "navigate" == "navigate", dest ?? "document" == "document" else { return Self.nothing }
            return await enter(request, id, peer)
        }
        guard SessionOrigin.holds(head) else { return Self.nothing }
        guard let secret = cookie.value(in: head.headers), SessionEntrances.isShaped(secret) else {
            return path == Self.arrivePath ? withoutCookie(id, "kept no cookie") : stranger(head, id)
        }
        switch await admit(head, id, secret, peer.place) {
        // A browser that goes on with an old cookie would be sent round in a circle.
        case .refuse(let refusal) where path == Self.arrivePath && refusal.status == 303:
            return withoutCookie(id, "kept no new cookie")
        case .refuse(let refusal): return refusal
        case .pass: return Self.nothing
        case .forward where path == Self.arrivePath:
            return Self.going(to: SignInRoutes.ownPath(Self.query(head.uri)["next"]) ?? "/")
        case .forward:
            guard let record = access.service.state.requests[id], let page = access.page(of: id) else {
                return Self.nothing
            }
            return SessionBar.answer(path, record, ViewMaker(access.service), own: page) ?? Self.nothing
        }
    }

    private static let nothing = GatewayRefusal(status: 404, words: "There is nothing here.")

    private func enter(_ request: GatewayRequest, _ id: LeaseID, _ peer: LoopbackPeer) async -> GatewayRefusal {
        let values = Self.query(request.head.uri)
        let place = peer.place, now = access.service.clock.now()
        let agent = request.head.headers.first(name: "user-agent") ?? ""
        let address = access.address.proxies.client(
            of: request.clientAddress ?? "", said: request.head.headers["x-forwarded-for"], owner: { peer.peer })
        let entered: (session: BrowserSession, secret: String)?
        do throws(SignInRefusal) {
            entered = try await access.desk.entrances.enter(
                values["ticket"] ?? "", to: id, from: address, agent: agent, in: place, at: now)
        } catch { return .plain(.undecided, nil) }
        guard let entered else {
            return SessionNotice.refusal(
                status: 403, title: "This address lets you in no more, or not from here",
                words:
                    "It works once, for a short time, and on the server's own machine only in the browser of the Unix user who asked for "
                    + "it. Whoever is signed in in this browser opens the session again below.",
                link: access.page(of: id, "enter").map { ($0, "Open the session again") })
        }
        audit.note(
            AuditEntry(
                at: now, user: entered.session.user, door: "entrance:\(entered.session.id)",
                address: address, act: "session.enter", subject: "\(id)", status: 303))
        let next = SignInRoutes.ownPath(values["next"]) ?? "/"
        var refusal = Self.going(to: Self.arrivePath + "?next=" + next.percentEscaped(keeping: "/"))
        refusal.headers.add(name: "Set-Cookie", value: cookie.setting(entered.secret))
        return refusal
    }

    private static func going(to path: String) -> GatewayRefusal {
        .init(
            status: 303, headers: ["Location": path, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"], body: ""
        )
    }

    private static func query(_ uri: String) -> [String: String] {
        var values: [String: String] = [:]
        for pair in (uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            if sides.count == 2 { values[String(sides[0])] = String(sides[1]).removingPercentEncoding }
        }
        return values
    }

    /// Looks again and again at all who are inside, until cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.period)
            await look()
        }
    }

    /// Puts out whom nothing lets in any more.
    func look() async {
        let inside = guests.withLock { $0 }
        guard !inside.isEmpty else { return }
        let now = access.service.clock.now()
        // While the accounts can't be read, nobody is put out.
        guard let open = try? await access.desk.entrances.open(among: inside.values.map(\.session.id), at: now) else {
            return
        }
        var used: [BrowserSession] = []
        for (key, guest) in inside {
            if let session = open[guest.session.id], callers.caller(session) != nil {
                guard let standing = try? await access.standing(of: guest.attempt.lease, for: session.user) else { continue }
                if standing == .runs(guest.attempt) {
                    if guest.wasHere.exchange(false, ordering: .relaxed) || guest.tether.count > 0 {
                        used.append(session)
                    }
                    continue
                }
            }
            guests.withLock { guests in
                if guests[key] === guest { guests[key] = nil }
            }
            guest.tether.cut()
        }
        // Afterwards: a slow disk must not keep anybody inside.
        for session in used { await access.desk.entrances.note(session, usedAt: now) }
    }
}
