import Foundation
import Glibc
import Testing

/// What systemd hears from a unit of `Type=notify`.
@Suite("The service manager")
struct ServiceManagerTests {
    /// A socket that news come to, bound at a path or, with `@` before it, at a name in no file system.
    private final class Ear {
        private let number: Int32
        private let name: String

        init(_ name: String) throws {
            self.name = name
            number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { place in
                place.copyBytes(from: name.utf8)
                if name.hasPrefix("@") { place[0] = 0 }
            }
            let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.utf8.count
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, socklen_t(length)) }
            }
            try #require(result == 0, "bind: \(errno)")
        }

        deinit {
            close(number)
            unlink(name)
        }

        /// The next news; nil: there are none yet.
        func hear() -> String? {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    @Test(
        "hears that clients are answered, and of the end",
        arguments: ["/tmp/carrel-notify-\(getpid())", "@carrel-notify-\(getpid())"])
    func news(_ name: String) async throws {
        let ear = try Ear(name)
        try await Site.with { site in
            #expect(ear.hear() == nil, "nothing is said to a manager that nobody named")
            await site.killLauncher(SIGTERM)
            try await site.up(environment: ["NOTIFY_SOCKET": name])
            var heard: String?
            try await eventually("readiness is announced") {
                heard = ear.hear()
                return heard != nil
            }
            #expect(heard == "READY=1")
            #expect(try await site.carrel("gpus").code == 0)
            await site.killLauncher(SIGTERM)
            #expect(ear.hear() == "STOPPING=1")
        }
    }

    @Test("one that has gone keeps nobody from starting")
    func gone() async throws {
        let site = try Site()
        try await site.up(environment: ["NOTIFY_SOCKET": "/tmp/carrel-no-such-socket"])
        #expect(try await site.carrel("gpus").code == 0)
        await site.clear()
    }
}
