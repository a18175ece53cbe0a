package import FleetModel
package import WireModel

/// `/environments`: what work can start in, and a form that makes one more.
package struct EnvironmentsPage: Sendable {
    /// What was typed, to be shown again when it could not be taken.
    package struct Form: Sendable {
        package var name = ""
        package var framework = "pytorch"
        package var packages = ""
        package var isShared = false
        /// Tells this form from every other, so that sending it twice asks once.
        package var key = ""

        package init() {}
    }

    /// The names of its fields.
    package enum Field: String, Sendable {
        case name, framework, packages, shared, key
    }

    let viewer: Viewer
    let now: Timestamp
    let environments: [EnvironmentView]
    let form: Form
    let problem: Problem?

    private static let frameworks = [
        ("pytorch", "PyTorch"), ("tensorflow", "TensorFlow"), ("jax", "JAX"), ("", "JupyterLab alone"),
    ]

    /// - Parameters:
    ///   - now: on the wall clock.
    ///   - environments: the viewer's own as far as they are known, and the shared ones.
    ///   - problem: why what was typed could not be taken.
    package init(viewer: Viewer, now: Timestamp, environments: [EnvironmentView], form: Form, problem: Problem?) {
        self.viewer = viewer
        self.now = now
        self.environments = environments
        self.form = form
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Environments", place: .get, viewer: viewer).page { html in
            html.lead("Environments") {
                $0.text(
                    "A Python with what your work needs. JupyterLab is in each, and the framework fits this machine's driver."
                )
            }
            if let problem {
                html(.div, .class("notice", "bad"), .role("alert")) { html in
                    html(.p) { $0(.strong, text: problem.title) }
                    html(.p) { $0.sentences(problem.detail) }
                }
            }
            list(&html)
            maker(&html)
            html(.p) { html in
                html.markup(
                    "<small>From a terminal: <code>carrel env create torch --with pytorch</code>, then <code>carrel run --env torch -- python train.py</code></small>"
                )
            }
        }
    }

    private func list(_ html: inout HTML) {
        html(.section, .class("card"), .aria(.labelledby, "list-title")) { html in
            html(.header) { $0(.h2, .id("list-title"), text: "Yours and everybody's") }
            guard !environments.isEmpty else {
                return html(.p, .class("none"), text: "There are none yet. Make one below: it takes some minutes.")
            }
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Name", "Whose", "With", "Size", "Made", ""] { html.column(name) }
                    }
                }
                html(.tbody) { html in
                    for environment in environments { row(environment, &html) }
                }
            }
        }
    }

    private func row(_ environment: EnvironmentView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { $0(.bdi, .class("name"), text: environment.name) }
            html(.td, .data(.label, "Whose"), text: environment.shared ? "everybody's" : "yours")
            html(.td, .data(.label, "With"), text: contents(environment))
            html(.td, .data(.label, "Size"), text: environment.sizeBytes.map { MemoryBytes($0).text } ?? "not known")
            html(.td, .data(.label, "Made")) { $0.moment(Moment(environment.createdAt), now: now) }
            html(.td) { html in
                guard !environment.shared || viewer.isAdministrator else { return }
                html(.form, .method("post"), .action(.path("environments", environment.name, "remove"))) { html in
                    if environment.shared { html(.input, .type("hidden"), .name("shared"), .value("1")) }
                    html(.button, .class("plain"), .type("submit"), .label("Remove \(environment.name)"), text: "Remove")
                }
            }
        }
    }

    private func contents(_ environment: EnvironmentView) -> String {
        let packages = (environment.packages ?? []).filter { $0.name.lowercased() != "ipykernel" }
        guard !packages.isEmpty else { return "not known" }
        let shown = packages.prefix(5).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return packages.count > 5 ? "\(shown) and \(packages.count - 5) more" : shown
    }

    private func maker(_ html: inout HTML) {
        html(.form, .class("card"), .method("post"), .action(Link("/environments"))) { html in
            html(.h2, text: "Make one")
            html(.input, .type("hidden"), .name("key"), .value(form.key))
            html(.div, .class("row")) { html in
                html(.div, .class("field")) { html in
                    html(.label, .for("name"), text: "Name")
                    html(
                        .input, .id("name"), .name("name"), .type("text"), .value(form.name), .required, .noSpelling,
                        .placeholder("torch"), .maxlength(64), .aria(.describedby, "name-hint"))
                    html(.small, .id("name-hint"), text: "Letters, digits and . _ -")
                }
                html(.div, .class("field")) { html in
                    html(.label, .for("framework"), text: "With")
                    html(.select, .id("framework"), .name("framework")) { html in
                        for (value, name) in Self.frameworks {
                            html(.option, .value(value), value == form.framework ? .selected : nil, text: name)
                        }
                    }
                }
                if viewer.isAdministrator { whose(&html) }
            }
            html(.div, .class("field")) { html in
                html(.label, .for("packages"), text: "And these packages")
                html(
                    .input, .id("packages"), .name("packages"), .type("text"), .value(form.packages), .noSpelling,
                    .maxlength(4_000), .aria(.describedby, "packages-hint"))
                html(.small, .id("packages-hint"), text: "As pip takes them: scikit-learn pandas==2.3.3. May be empty.")
            }
            html(.button, .type("submit"), .class("strong"), text: "Make it")
        }
    }

    private func whose(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("shared"), text: "For")
            html(.select, .id("shared"), .name("shared")) { html in
                html(.option, .value(""), form.isShared ? nil : .selected, text: "Me")
                html(.option, .value("1"), form.isShared ? .selected : nil, text: "Everybody")
            }
        }
    }
}
