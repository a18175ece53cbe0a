import Foundation
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import HTTPAPI

@Suite("Whose end of a loopback connection it is")
struct LoopbackPeerTests {
    private let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:21C2 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 111 1 0000000000000000 100 0 0 10 0
           1: 0100007F:21C2 0100007F:D431 01 00000000:00000000 00:00000000 00000000   999        0 112 1 0000000000000000 20 4 30 10 -1
           2: 0100007F:D431 0100007F:21C2 01 00000000:00000000 00:00000000 00000000  1000        0 113 1 0000000000000000 20 4 30 10 -1
           3: 0100007F:D432 0100007F:21C2 05 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1
        """

    private func owner(_ near: String, _ port: Int) throws -> UInt32? {
        SocketTable.owner(
            in: table, near: SocketTable.words(try SocketAddress(ipAddress: near, port: port)),
            far: SocketTable.words(try SocketAddress(ipAddress: "127.0.0.1", port: 8_642)))
    }

    @Test("the client's end counts, not the server's, and one that nobody has any more is nobody's")
    func ends() throws {
        #expect(try owner("127.0.0.1", 54_321) == 1_000)
        #expect(try owner("::ffff:127.0.0.1", 54_321) == 1_000)
        #expect(try owner("127.0.0.1", 54_322) == nil)
        #expect(try owner("127.0.0.1", 1) == nil)
        #expect(try owner("127.0.0.2", 54_321) == nil)
    }

    @Test("addresses are written as the kernel writes them")
    func words() throws {
        #expect(SocketTable.words(try SocketAddress(ipAddress: "127.0.0.1", port: 80)).first == "0100007F:0050")
        #expect(
            SocketTable.words(try SocketAddress(ipAddress: "::1", port: 80)) == ["00000000000000000000000001000000:0050"])
        #expect(
            SocketTable.words(try SocketAddress(ipAddress: "127.0.0.1", port: 80)).last
                == "0000000000000000FFFF00000100007F:0050")
    }

    @Test(
        "the user at the other end of a real connection is named, by one question and by the tables",
        arguments: ["127.0.0.1", "::1"])
    func real(_ host: String) async throws {
        let (accepted, tell) = AsyncStream.makeStream(of: (any Channel).self)
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                tell.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: host, port: 0).get()
        let port = try #require(server.localAddress?.port)
        // More of them than one piece of the kernel's table holds.
        var clients: [any Channel] = []
        for _ in 0..<60 {
            clients.append(try await ClientBootstrap(group: group).connect(host: host, port: port).get())
        }
        var channels = accepted.makeAsyncIterator()
        for _ in clients {
            let channel = try #require(await channels.next())
            let own = try #require(channel.localAddress), other = try #require(channel.remoteAddress)
            #expect(LoopbackPeer(channel).place == "uid \(getuid())")
            #expect(LoopbackPeer.asked(other, own) == getuid())
            #expect(SocketTable.owner(of: other, to: own) == getuid())
            // Whoever listens there has no connection with anybody else.
            #expect(LoopbackPeer.asked(own, try SocketAddress(ipAddress: host, port: 1)) == nil)
        }
        for client in clients { try await client.close() }
        try await server.close()
    }

    /// An address of this machine that is not loopback; nil: it is in no network.
    private static let inNetwork: String? = {
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { $0.address?.ipAddress }.first { $0.contains(".") && !$0.hasPrefix("127.") }
    }()

    @Test("the machine's own addresses are known, however they are written")
    func ownAddresses() throws {
        for (text, isOwn) in [
            ("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("198.51.100.77", false),
            ("2001:db8::77", false),
        ] {
            #expect(OwnAddresses.contain(try SocketAddress(ipAddress: text, port: 1)) == isOwn, "\(text)")
        }
    }

    @Test(
        "who connects from the machine's own address in its network is known, and their session is bound to nothing",
        .enabled(if: inNetwork != nil, "this machine is in no network"))
    func fromItsNetwork() async throws {
        let host = try #require(Self.inNetwork)
        let (accepted, tell) = AsyncStream.makeStream(of: (any Channel).self)
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                tell.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: host, port: 0).get()
        let client = try await ClientBootstrap(group: group).connect(
            host: host, port: try #require(server.localAddress?.port)
        ).get()
        var channels = accepted.makeAsyncIterator()
        let peer = LoopbackPeer(try #require(await channels.next()))
        #expect(peer.peer == .here(getuid()) && peer.place.isEmpty)
        try await client.close()
        #expect(peer.peer == .here(getuid()), "it is found out once")
        try await server.close()
    }

    @Test("a connection belongs to the user who made it, whoever that is")
    func another() async throws {
        try #require(geteuid() == 0, "This test starts a program as another user: run it as root.")
        let (accepted, tell) = AsyncStream.makeStream(of: (any Channel).self)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                tell.yield(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let peer = Process()
        peer.executableURL = URL(filePath: "/usr/bin/setpriv")
        peer.arguments = [
            "--reuid", "65533", "--clear-groups", "/usr/bin/python3", "-c",
            "import socket, sys; s = socket.create_connection(('127.0.0.1', \(port))); sys.stdin.read()",
        ]
        let input = Pipe()
        peer.standardInput = input
        try peer.run()
        defer { peer.waitUntilExit() }
        defer { try? input.fileHandleForWriting.close() }
        var channels = accepted.makeAsyncIterator()
        let channel = try #require(await channels.next())
        let near = try #require(channel.remoteAddress), far = try #require(channel.localAddress)
        #expect(LoopbackPeer(channel).place == "uid 65533")
        #expect(LoopbackPeer.asked(near, far) == 65_533)
        #expect(SocketTable.owner(of: near, to: far) == 65_533)
        #expect(LoopbackPeer.asked(far, near) == 0)
        try await server.close()
    }
}
