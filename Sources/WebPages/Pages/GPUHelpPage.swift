import SoftwareStack

/// `/help/gpu`: why a GPU does not work, cause by cause, in plain words.
package struct GPUHelpPage: Sendable {
    let viewer: Viewer?

    /// - Parameter viewer: nil: nobody signed in; the page says nothing that not everybody may know.
    package init(viewer: Viewer?) { self.viewer = viewer }

    package func html() -> HTML {
        Layout(title: "Why doesn't my GPU work?", place: .help, viewer: viewer).page { html in
            html.lead("Why doesn't my GPU work?") {
                $0.text(
                    "Between your program and a GPU lie a driver, CUDA and a framework. One command looks at all of them.")
            }
            html(.div, .class("card", "help")) { html in
                html.markup(Self.beginning)
                html(.section) { html in
                    html(.h2, .id("causes"), text: "What it may be")
                    html(.dl) { html in
                        for cause in StackCause.allCases {
                            html(.dt, text: cause.title)
                            html(.dd) { $0.sentences("\(cause.explanation) \(cause.next)") }
                        }
                    }
                }
            }
        }
    }

    private static let beginning: Markup = """
        <section><h2 id="look">Look first</h2>
        <p>On the machine, with the environment that you use:</p>
        <p><code>carrel run --gpus 1 --env NAME -- carrel doctor --gpu-stack</code></p>
        <p>It says line by line what is there, in which version, and what to do where something is wrong. Without an environment yet:
        <a href="/environments">make one</a>, or <code>carrel env create torch --with pytorch</code>; it fits the machine's driver.</p></section>
        """
}
