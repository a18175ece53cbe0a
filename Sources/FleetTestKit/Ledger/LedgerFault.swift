/// What a check of the test kit found wrong, in words. Tests let it pass on: its description is the failure message.
package struct LedgerFault: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
