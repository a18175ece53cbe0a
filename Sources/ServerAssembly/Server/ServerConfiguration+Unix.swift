import Accounts
import ChildProcess
import LocalEngine
import UnixPasswords

extension ServerConfiguration {
    /// Passwords of this machine's users, asked by the launcher's helper: under root the server may not read their hashes. nil: they
    /// sign nobody in.
    func unixSignIn(_ engine: LocalEngine) -> UnixSignIn? {
        guard access.asksMachine else { return nil }
        let passwords = UnixPasswordProcess(starter: .launcher(engine, .signIn), complain: { complain($0) })
        return UnixSignIn(passwords: passwords, owner: owner, complain: { complain($0) })
    }
}
