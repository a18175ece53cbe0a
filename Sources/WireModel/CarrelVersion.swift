/// What this program calls itself.
package enum CarrelVersion {
    package static let text = "0.1.0"
}
