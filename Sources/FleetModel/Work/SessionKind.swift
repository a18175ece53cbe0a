/// What people do with work that they enter through the browser.
package enum SessionKind: String, Hashable, Codable, Sendable, CaseIterable {
    /// JupyterLab, started by the server's own words.
    case notebook
    /// Any program that speaks HTTP, named by whoever asked.
    case web
}
