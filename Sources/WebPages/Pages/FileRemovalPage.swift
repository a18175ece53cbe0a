import FleetModel
package import WireModel

/// Asks once more before a file, or a folder with all that is in it, is removed.
package struct FileRemovalPage: Sendable {
    let viewer: Viewer
    let entry: FileEntryView
    let parent: String
    /// Of a folder; nil: not known.
    package var use: FileUseView?

    /// - Parameter parent: the folder that it is in, as it stands in an address.
    package init(viewer: Viewer, entry: FileEntryView, parent: String) {
        self.viewer = viewer
        self.entry = entry
        self.parent = parent
    }

    package func html() -> HTML {
        Layout(title: "Remove \(entry.name.shown)?", place: .files, viewer: viewer).page { html in
            html(.h1) { html in
                html.text("Remove ")
                html(.bdi, text: entry.name.shown)
                html.text("?")
            }
            html(.div, .class("card", "ask")) { html in
                html(.p, text: consequence)
                html(.p, text: "It is gone for good: nothing here brings it back.")
                html(.form, .method("post"), .action(.escaped("/file-remove/", entry.path))) { html in
                    html(.p, .class("buttons")) { html in
                        html(.button, .type("submit"), .class("danger"), text: "Remove it")
                        html.text(" ")
                        html(.a, .class("button"), .href(.escaped("/files/", parent)), text: "Leave it as it is")
                    }
                }
            }
        }
    }

    private var consequence: String {
        guard entry.kind == "folder" else {
            return "\(MemoryBytes(entry.sizeBytes).text), and work that needs it will miss it."
        }
        guard let use else { return "It is a folder, and all that is in it goes with it." }
        guard use.files + use.folders > 0 else { return "It is an empty folder." }
        let more = use.whole ? "" : "more than "
        return
            "It is a folder with \(more)\(PathText.counted(use.files, "file")) and \(PathText.counted(use.folders, "folder")), \(more)\(MemoryBytes(use.usedBytes).text) in all. All of it goes."
    }
}
