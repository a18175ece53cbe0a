import Glibc

/// libxcrypt, the library that makes and checks the hashes of /etc/shadow. It is opened when first needed, so that a machine
/// without it runs all else.
struct CryptLibrary: @unchecked Sendable {
    private typealias Crypt =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutableRawPointer?>,
            UnsafeMutablePointer<Int32>
        ) -> UnsafeMutablePointer<CChar>?
    private typealias Salt =
        @convention(c) (UnsafePointer<CChar>, CUnsignedLong, UnsafePointer<CChar>?, Int32) -> UnsafeMutablePointer<CChar>?

    private let crypt: Crypt
    private let salt: Salt

    static let names = ["libcrypt.so.1", "libcrypt.so.2"]
    /// yescrypt, as Debian uses it: slow by design, and in need of 16 MiB each time.
    static let scheme = "$y$"

    /// nil: the library is not there, or is one without yescrypt.
    static func open(_ names: [String] = Self.names) -> CryptLibrary? {
        for name in names {
            guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            if let crypt = dlsym(library, "crypt_ra"), let salt = dlsym(library, "crypt_gensalt_ra") {
                let found = CryptLibrary(
                    crypt: unsafeBitCast(crypt, to: Crypt.self), salt: unsafeBitCast(salt, to: Salt.self))
                if found.freshSetting() != nil { return found }
            }
            dlclose(library)
        }
        return nil
    }

    /// The scheme, its cost as the library recommends it, and a new salt from the kernel.
    func freshSetting() -> String? {
        guard let text = salt(Self.scheme, 0, nil, 0) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// The hash of a password with the scheme, cost and salt of a setting or of an earlier hash; nil: the setting is none,
    /// or there is no memory. Takes tens of milliseconds.
    func hash(_ password: String, _ setting: String) -> String? {
        var data: UnsafeMutableRawPointer?
        var size: Int32 = 0
        defer {
            // It held the password.
            if let data { explicit_bzero(data, Int(size)) }
            free(data)
        }
        guard let result = crypt(password, setting, &data, &size) else { return nil }
        let text = String(cString: result)
        return text.hasPrefix("*") ? nil : text
    }
}
