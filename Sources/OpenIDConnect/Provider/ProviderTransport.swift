/// How the provider is asked.
package protocol ProviderTransport: Sendable {
    /// The body of a 200; every other answer is a failure.
    func get(_ url: String) async throws(OpenIDFailure) -> [UInt8]
    /// A form (`application/x-www-form-urlencoded`), and what it was answered with: 200 to 499.
    func post(_ url: String, form: String, authorization: String?) async throws(OpenIDFailure) -> ProviderAnswer
}

package struct ProviderAnswer: Hashable, Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
