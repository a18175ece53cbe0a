package import Accounts
package import OpenIDConnect
import WebPages

/// The way in by a provider outside.
package struct OutsideDoor: Sendable {
    let provider: OpenIDProvider
    let people: OutsidePeople
    /// Whoever the provider calls like a user of this machine is that user.
    let namesAreUnixUsers: Bool
    let complain: @Sendable (String) -> Void

    package init(
        provider: OpenIDProvider, people: OutsidePeople, namesAreUnixUsers: Bool,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.provider = provider
        self.people = people
        self.namesAreUnixUsers = namesAreUnixUsers
        self.complain = complain
    }

    /// What the button says.
    var title: String { provider.settings.title }
    /// As the provider calls itself.
    var issuer: String { provider.settings.issuer }
}

extension SignInWays {
    init(_ door: OutsideDoor?, _ desk: SignInDesk) {
        self.init(
            passwordOf: desk.asksMachine ? "of this machine" : nil,
            others: door.map { [Other(name: $0.title, link: OpenIDRoutes.start)] } ?? [])
    }
}
