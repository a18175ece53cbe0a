package import FleetModel
package import WireModel

/// `/files/…`: what is in a folder of one's own or of one's team, with forms to send files and make folders.
package struct FilesPage: Sendable {
    /// What was just done.
    package enum Done: String, Sendable {
        case sent, removed

        fileprivate var words: String { self == .sent ? "All of it has arrived." : "It is gone." }
    }

    let viewer: Viewer
    let places: [FilePlaceView]
    /// `my/data`, as it stands in an address.
    let path: String
    let problem: Problem?
    /// On the wall clock.
    package var now = Timestamp(milliseconds: 0)
    /// nil: the place can't be opened.
    package var list: FileListView?
    /// It begins behind other entries.
    package var isLater = false
    package var use: FileUseView?
    package var done: Done?
    /// One came from asking for a GPU, and goes back there.
    package var isOnTheWay = false

    package init(viewer: Viewer, places: [FilePlaceView], path: String, problem: Problem?) {
        self.viewer = viewer
        self.places = places
        self.path = path
        self.problem = problem
    }

    package func html() -> HTML {
        Layout(title: "Files", place: .files, viewer: viewer).page { html in
            html.lead("Files") { html in
                guard let list else { return html.text("Where your work finds them, and where they stay between leases.") }
                html.text("In work: ")
                html(.code) { $0(.bdi, text: list.folder) }
            }
            if let problem { html.notice(problem) } else if let done { html.notice(done.words) }
            if let problem, problem.type.hasSuffix("no-folder"), viewer.isAdministrator {
                html(.p, .class("buttons")) { html in
                    html(.a, .class("button", "strong"), .href(Link("/admin/users")), text: "Make an account for yourself")
                    html(.a, .class("button"), .href(Link("/get")), text: "Get a GPU without files")
                }
            }
            if isOnTheWay {
                html(.p, .class("buttons")) {
                    $0(.a, .class("button", "strong"), .href(Link("/get")), text: "Go on: get a GPU")
                }
            }
            if list?.sharedUser == true {
                html(
                    .p, .class("notice", "warn"),
                    text:
                        "All work on this server runs as one user, so that whoever may use it can read these files by their work."
                )
            }
            let isTeam = path.hasPrefix("teams/")
            html.choices(
                "Places",
                places.map { place in
                    let isChosen = path == place.path || path.hasPrefix(place.path + "/")
                    return (place.team.map { "Team \($0)" } ?? "My files", .escaped("/files/", place.path), isChosen)
                })
            if isTeam { html(.p, .class("soft"), text: "Every member of the team reads and writes all of it.") }
            guard let list else { return }
            crumbs(&html)
            entries(list, &html)
            forms(&html)
            room(&html)
            html(.p) { html in
                html(.small) { html in
                    html.text("From a terminal: ")
                    html(.code, text: "carrel files put data.csv \(isTeam ? "teams/NAME/" : "my/")")
                    html.text(" and ")
                    html(.code, text: "carrel files get \(isTeam ? "teams/NAME" : "my")/model.pt")
                }
            }
        }
    }

    /// The folders above, each a link.
    private func crumbs(_ html: inout HTML) {
        let parts = path.split(separator: "/").map(String.init), first = path.hasPrefix("teams/") ? 2 : 1
        guard parts.count > first else { return }
        html(.nav, .label("Folders above")) { html in
            html(.ul, .class("crumbs")) { html in
                for end in first...parts.count {
                    let link = Link.escaped("/files/", parts[..<end].joined(separator: "/"))
                    let name = end == first ? "Top" : PathText.shown(parts[end - 1])
                    html(.li) { html in
                        html(.a, .href(link), end == parts.count ? .current : nil) { $0(.bdi, text: name) }
                    }
                }
            }
        }
    }

    private func entries(_ list: FileListView, _ html: inout HTML) {
        html.card("entries", isLater ? "More of this folder" : "In this folder") { html in
            guard !list.entries.isEmpty else {
                html(.p, .class("none"), text: "Nothing yet. Send files below, or let work write here.")
                return
            }
            html(.table, .class("cards")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        html.column("Name")
                        html.column("Size", isFigures: true)
                        html.column("Changed")
                        html(.th, .scope("col")) { $0(.span, .class("unseen"), text: "Change") }
                    }
                }
                html(.tbody) { html in for entry in list.entries { row(entry, &html) } }
            }
            if let next = list.next {
                html(.p) { html in
                    html(.a, .href(.escaped("/files/", path).with("after", next)), text: "More")
                }
            }
            if list.cut { html(.p, .class("soft"), text: "The folder holds more than is ever listed; work sees all of it.") }
        }
    }

    private func row(_ entry: FileEntryView, _ html: inout HTML) {
        html(.tr) { html in
            html(.th, .scope("row")) { html in
                if entry.kind == "other" {
                    html(.bdi, .class("name"), text: entry.name.shown)
                } else {
                    html(.a, .href(.escaped("/files/", entry.path))) { html in
                        html(.bdi, .class("name"), text: entry.name.shown + (entry.kind == "folder" ? "/" : ""))
                        if entry.kind == "file" { html(.span, .class("unseen"), text: " (download)") }
                    }
                }
            }
            html(
                .td, .class("n"), .data(.label, "Size"),
                text: entry.kind == "file" ? MemoryBytes(entry.sizeBytes).text : kind(entry))
            html(.td, .data(.label, "Changed")) { $0.moment(Moment(entry.changedAt), now: now) }
            html(.td) { html in
                html(.a, .href(.escaped("/file-remove/", entry.path))) { html in
                    html.text("Remove…")
                    html(.span, .class("unseen"), text: " \(entry.name.shown)")
                }
            }
        }
    }

    private func kind(_ entry: FileEntryView) -> String { entry.kind == "other" ? "special" : entry.kind }

    private func forms(_ html: inout HTML) {
        let next = isOnTheWay ? "get" : nil
        html(
            .form, .class("card"), .method("post"), .action(.escaped("/files/", path).with("next", next)),
            .enctype("multipart/form-data")
        ) { html in
            html(.h2, text: "Send files here")
            // Before the files: what is said of them must be known when they come.
            html.choice(
                "replace", "Files of the same name", [("", "Leave them as they are"), ("1", "Replace them")], chosen: "")
            html(.div, .class("field")) { html in
                html(.label, .for("file"), text: "Files of your computer")
                html(
                    .input, .id("file"), .name("file"), .type("file"), .multiple, .required, .aria(.describedby, "file-hint")
                )
                html(
                    .small, .id("file-hint"),
                    text: "Each appears when all of it has arrived. Large ones take their time: leave this page open.")
            }
            html(.button, .type("submit"), .class("strong"), text: "Send")
        }
        html(.form, .class("card"), .method("post"), .action(.escaped("/file-folder/", path).with("next", next))) { html in
            html(.h2, text: "Make a folder")
            html.field("name", "Name", most: 255, .required, .noSpelling, .autocomplete("off"))
            html(.button, .type("submit"), text: "Make it")
        }
    }

    /// What is used and what is free.
    private func room(_ html: inout HTML) {
        guard let use else { return }
        html.card("room", "Room") { html in
            html(.dl, .class("facts")) { html in
                html.fact(
                    "This place",
                    text: (use.whole ? "" : "more than ")
                        + "\(MemoryBytes(use.usedBytes).text) in \(PathText.counted(use.files, "file"))")
                html.fact(
                    "Free on its disk", text: "\(MemoryBytes(use.freeBytes).text) of \(MemoryBytes(use.totalBytes).text)")
                html.fact("Quota") { html in
                    guard let limit = use.quotaBytes, let used = use.quotaUsedBytes else { return html.text("none") }
                    html.bar(
                        percent: Double(used) * 100 / Double(Swift.max(1, limit)), isLate: Double(used) > Double(limit) * 0.9
                    )
                    html.text(" \(MemoryBytes(used).text) of \(MemoryBytes(limit).text)")
                }
            }
        }
    }
}

/// A part of an address as people read it.
enum PathText {
    /// `1 file`, `2 files`.
    static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)" + (count == 1 ? "" : "s") }

    static func shown(_ part: String) -> String {
        var bytes: [UInt8] = [], rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self).shown
    }
}
