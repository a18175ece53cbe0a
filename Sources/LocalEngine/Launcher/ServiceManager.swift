import Glibc

/// The program that started the launcher and wants to hear how it is: systemd, where the unit says `Type=notify`.
enum ServiceManager {
    /// `READY=1` or `STOPPING=1`. Says nothing where nobody listens: it is news, and Carrel works without.
    static func tell(_ news: String) {
        guard let value = getenv("NOTIFY_SOCKET") else { return }
        let path = String(cString: value)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: path.utf8)
            // A name that lies in no file system begins with a zero.
            if path.hasPrefix("@") { place[0] = 0 }
        }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.utf8.count
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return }
        let sender = Descriptor(number)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    sender.number, news, news.utf8.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), $0,
                    socklen_t(length))
            }
        }
    }
}
