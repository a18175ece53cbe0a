package import FleetModel
package import WireModel

/// `/data`: the data sets that the viewer may use; administrators add and remove them.
package struct DataPage: Sendable {
    /// What was typed, to be shown again when it could not be taken.
    package struct Form: Sendable {
        package var name = ""
        package var folder = ""
        package var about = ""
        /// Names of teams, between commas; empty: everybody.
        package var teams = ""

        package init() {}
    }

    let viewer: Viewer
    let now: Timestamp
    let sets: [DataSetView]
    let form: Form
    let problem: Problem?
    /// The set that was just added.
    let added: DataSetView?

    /// - Parameters:
    ///   - now: on the wall clock.
    ///   - problem: why what was typed could not be taken.
    package init(
        viewer: Viewer, now: Timestamp, sets: [DataSetView], form: Form = Form(), problem: Problem? = nil,
        added: DataSetView? = nil
    ) {
        (self.viewer, self.now, self.sets, self.form, self.problem, self.added) = (viewer, now, sets, form, problem, added)
    }

    package func html() -> HTML {
        Layout(title: "Data sets", place: .data, viewer: viewer).page { html in
            html.lead("Data sets") { html in
                html.text("Files that work reads and nobody changes. Work that asks for one finds it below ")
                html(.code, text: DataPlace.shown)
                html.text(".")
            }
            if let problem { html.notice(problem) }
            if let added {
                html.notice("The data set \(added.name) is there. Work that asks for it sees it at \(added.path).")
            }
            list(&html)
            if viewer.isAdministrator { adder(&html) }
            html(.p) { html in
                html.markup(
                    "<small>From a terminal: <code>carrel run --data NAME -- python train.py /dev/data/NAME</code></small>")
            }
        }
    }

    private func list(_ html: inout HTML) {
        html.card("list-title", viewer.isAdministrator ? "All of them" : "For you") { html in
            guard !sets.isEmpty else {
                let words =
                    viewer.isAdministrator
                    ? "There are none yet. Make one of a folder below." : "There are none for you yet."
                return html(.p, .class("none"), text: words)
            }
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Name", "What", "Size", "For", "Added"] { html.column(name) }
                        if viewer.isAdministrator {
                            html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Change") }
                        }
                    }
                }
                html(.tbody) { html in
                    for set in sets { row(set, &html) }
                }
            }
        }
    }

    private func row(_ set: DataSetView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { $0(.bdi, .class("name"), text: set.name) }
            html(.td, .data(.label, "What")) { html in
                html.text(set.about ?? "")
                guard viewer.isAdministrator else { return }
                html(.small) { $0(.bdi, .class("name"), text: set.folder) }
                if !set.readableByAll {
                    html(
                        .small,
                        text:
                            "Not every user of the machine may read all of it: work of one who may not enter it is not started with it."
                    )
                }
            }
            html(.td, .data(.label, "Size")) { html in
                html.text(set.sizeBytes.map { MemoryBytes($0).text } ?? "not counted")
                guard let copy = set.copy else { return }
                html(
                    .small,
                    text: copy.whole ? "Copied to the machine's own disk." : "To be copied to the machine's own disk.")
            }
            html(.td, .data(.label, "For")) { html in
                guard let teams = set.teams else { return html.text("everybody") }
                for (index, team) in teams.enumerated() {
                    if index > 0 { html.text(", ") }
                    html(.bdi, text: team)
                }
            }
            html(.td, .data(.label, "Added")) { $0.moment(Moment(set.addedAt), now: now) }
            if viewer.isAdministrator {
                html(.td) { html in
                    copier(set, &html)
                    remover(set, &html)
                }
            }
        }
    }

    private func copier(_ set: DataSetView, _ html: inout HTML) {
        html(.details) { html in
            html(.summary, text: "Copy to disk…")
            html(.form, .method("post"), .action(.path("data", set.name, "copy"))) { html in
                html(
                    .p,
                    text:
                        "Work reads a copy on the machine's own disk, which is faster than a file server. Only what everybody may read is copied."
                )
                html(.button, .type("submit"), text: set.copy?.whole == true ? "Copy \(set.name) again" : "Copy \(set.name)")
            }
            guard set.copy != nil else { return }
            html(.form, .method("post"), .action(.path("data", set.name, "delete-copy"))) { html in
                html(.button, .type("submit"), text: "Delete the copy of \(set.name)")
            }
        }
    }

    /// One more click: what waits for it will not start.
    private func remover(_ set: DataSetView, _ html: inout HTML) {
        html(.details) { html in
            html(.summary, text: "Remove it…")
            html(.form, .method("post"), .action(.path("data", set.name, "remove"))) { html in
                if set.usedBy > 0 {
                    html.hidden("force", "1")
                    html(
                        .p,
                        text:
                            "\(Figures.counted(set.usedBy, "request")) ask for it: what runs keeps it, what waits will not start."
                    )
                } else {
                    html(.p, text: "Its folder and its files stay.")
                }
                html(.button, .type("submit"), .class("danger"), text: "Remove \(set.name)")
            }
        }
    }

    private func adder(_ html: inout HTML) {
        html(.form, .class("card"), .method("post"), .action(Link("/data"))) { html in
            html(.h2, text: "Make one of a folder")
            html(.div, .class("row")) { html in
                html.field(
                    "name", "Name", value: form.name, hint: "Letters, digits and . _ -", placeholder: "imagenet", most: 64,
                    .required, .noSpelling)
                html.field(
                    "folder", "Folder", value: form.folder, hint: "On the machine, as a whole path. It stays where it is.",
                    placeholder: "/srv/imagenet", most: 4_000, .required, .noSpelling)
            }
            html.field(
                "about", "What it holds", value: form.about, hint: "A sentence for those who choose. May be empty.",
                most: 200)
            html.field(
                "teams", "For these teams", value: form.teams,
                hint:
                    "Names, with commas between. Empty is everybody. Who can reach the folder by itself reads it all the same.",
                most: 2_000, .noSpelling)
            html(.button, .type("submit"), .class("strong"), text: "Add it")
        }
    }
}
