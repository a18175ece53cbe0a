/// Whoever answers a request says by this that its body may be large: it is waited for as long as something of it comes. Triggered
/// on the request's connection as an outbound event, by who knows that the sender may.
package struct PatientBody: Sendable {
    package init() {}
}
