import ArgumentParser
import Foundation
import Glibc

/// `--pam`.
extension AccessOptions {
    /// What the launcher's helper is told, besides its verb; nil: PAM is not asked.
    func pamArguments() throws -> [String]? {
        guard let pam else {
            guard pamAdministrators == nil else { throw ValidationError("--pam-administrators needs --pam SERVICE.") }
            return nil
        }
        let isPlain = pam.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-_".utf8.contains(byte)
            }
        }
        // A service without rules of its own would get those of “other”, which refuse or, on a careless machine, accept everybody.
        let folder = ProcessInfo.processInfo.environment["CARREL_PAM_FOLDER"]
        let places = folder.map { [$0] } ?? ["/etc/pam.d", "/usr/lib/pam.d", "/usr/share/pam.d"]
        guard isPlain, !pam.isEmpty, places.contains(where: { access("\($0)/\(pam)", F_OK) == 0 }) else {
            throw ValidationError(
                "There are no rules for the PAM service “\(pam)” in \(places[0]). Name one that is there, such as login, or make a file "
                    + "carrel there: operation.md has one.")
        }
        return [pam] + (pamAdministrators.map { ["group=\($0)"] } ?? []) + (folder.map { ["folder=\($0)"] } ?? [])
    }
}
