package import WireModel

/// What a browser gets instead of a page that can't be had.
package struct ProblemPage: Sendable {
    let viewer: Viewer?
    let problem: Problem
    let back: Link?

    /// - Parameter back: where the viewer came from; nil: not known.
    package init(viewer: Viewer?, problem: Problem, back: Link?) {
        self.viewer = viewer
        self.problem = problem
        self.back = back
    }

    package func html() -> HTML {
        Layout(title: problem.title, place: nil, viewer: viewer).page { html in
            html(.h1, text: problem.title)
            html(.p, .class("notice", problem.status >= 500 ? "bad" : "warn"), text: problem.detail)
            html(.p) { html in
                if let back {
                    html(.a, .class("button", "strong"), .href(back), text: "Back")
                    html.text(" ")
                }
                html(.a, .class("button"), .href(Link("/")), text: "GPUs now")
                html.text(" ")
                html(.a, .class("button"), .href(Link("/help")), text: "Help")
            }
            html(.p) { $0(.small, text: "\(problem.status) · \(problem.type)") }
        }
    }
}
