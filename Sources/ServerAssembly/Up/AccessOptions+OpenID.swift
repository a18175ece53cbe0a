import Accounts
import ArgumentParser
import Foundation
import OpenIDConnect

/// `--oidc-…` and `--uid-range`.
extension AccessOptions {
    func openID() throws -> OpenIDConfiguration? {
        guard let oidcIssuer else {
            guard oidcClientID == nil, oidcClientSecretFile == nil, oidcAllow.isEmpty else {
                throw ValidationError("The options --oidc-… need --oidc-issuer: https://login.example.org.")
            }
            return nil
        }
        guard OpenIDSettings.isSafe(oidcIssuer), !oidcIssuer.contains("?"), !oidcIssuer.contains("#") else {
            throw ValidationError(
                "“\(oidcIssuer)” is no issuer; write https://login.example.org, as the provider calls itself.")
        }
        guard let oidcClientID, !oidcClientID.isEmpty else {
            throw ValidationError("--oidc-issuer needs --oidc-client-id, which the provider gives for Carrel.")
        }
        let host = String(oidcIssuer.drop { $0 != ":" }.dropFirst(3).prefix { $0 != "/" })
        return OpenIDConfiguration(
            issuer: oidcIssuer, clientID: oidcClientID, secretFile: oidcClientSecretFile.map(Self.absolute),
            nameClaim: oidcNameClaim, scopes: oidcScopes.split(separator: " ").map(String.init).filter { $0 != "openid" },
            allowed: try allowed(), title: oidcTitle ?? host, namesAreUnixUsers: oidcUnixUsers)
    }

    /// A provider may know everybody in the world, so that it must be said who may come in.
    private func allowed() throws -> [ClaimRule] {
        guard !oidcAllow.isEmpty else {
            throw ValidationError(
                "Say whom the provider may let in: --oidc-allow groups=gpu-users, or --oidc-allow anyone for all whom it knows."
            )
        }
        if oidcAllow == ["anyone"] { return [] }
        return try oidcAllow.map { text in
            guard let rule = ClaimRule(parsing: text) else {
                throw ValidationError("“\(text)” is no rule; write groups=gpu-users, or anyone alone.")
            }
            return rule
        }
    }

    func unixIDs() throws -> OutsidePeople.UnixIDs? {
        guard let uidRange else { return nil }
        let ends = uidRange.split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0) }
        // Below lie the machine's own users; above, numbers that the kernel and Carrel itself use.
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 10_000, last < 2_000_000_000, first < last
        else {
            throw ValidationError(
                "“\(uidRange)” is no range of numbers for users; write 1000000000-1000099999, within 10000 to 1999999999.")
        }
        return OutsidePeople.UnixIDs(first: first, last: last)
    }
}
