import Glibc
import NIOSSL

/// The certificate and key that the server shows, as files that somebody else renews.
package struct TLSFiles: Codable, Hashable, Sendable {
    /// PEM: the server's certificate first, then those that lead to a root.
    package let certificate: String
    /// PEM, without a password.
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    private static let largest = 1 << 20

    /// What tells one version of the files from the next, without reading them; nil: one of them can't be looked at.
    var mark: [Int]? {
        var mark: [Int] = []
        for path in [certificate, key] {
            var found = stat()
            guard stat(path, &found) == 0 else { return nil }
            mark += [Int(found.st_ino), Int(found.st_size), found.st_mtim.tv_sec, found.st_mtim.tv_nsec]
        }
        return mark
    }

    /// The key can be read by every user of the machine.
    var isKeyOpenToAll: Bool {
        var found = stat()
        return stat(key, &found) == 0 && found.st_mode & 0o004 != 0
    }

    /// Reads both, and checks that they belong together.
    func load() throws(TLSFailure) -> (context: NIOSSLContext, validUntil: Int) {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(try Self.read(certificate)) } catch let failure as TLSFailure {
            throw failure
        } catch {
            throw .noCertificate(path: certificate)
        }
        guard let own = chain.first else { throw .noCertificate(path: certificate) }
        let secret: NIOSSLPrivateKey
        do { secret = try NIOSSLPrivateKey(bytes: try Self.read(key), format: .pem) } catch let failure as TLSFailure {
            throw failure
        } catch {
            throw .noKey(path: key)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // The library compares the two.
        do { return (try NIOSSLContext(configuration: configuration), Int(own.notValidAfter)) } catch {
            throw .notAPair(certificate: certificate, key: key)
        }
    }

    private static func read(_ path: String) throws(TLSFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .unreadable(path: path, code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= largest {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, code: errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
        throw .unreadable(path: path, code: EFBIG)
    }
}
