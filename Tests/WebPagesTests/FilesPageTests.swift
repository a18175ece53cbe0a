import FleetModel
import Foundation
import Testing
import WireModel

@testable import WebPages

@Suite("The pages of files")
struct FilesPageTests {
    private static let places = [
        FilePlaceView(path: "my", team: nil), FilePlaceView(path: "teams/vision", team: "vision"),
    ]

    private func page(
        _ entries: [FileEntryView], at path: String = "my/data/a%20b", _ change: (inout FilesPage) -> Void = { _ in }
    ) throws -> Element {
        var page = FilesPage(viewer: Sample.viewer, places: Self.places, path: path, problem: nil)
        page.now = Sample.now
        let folder = FileEntryView(name: "a b", path: path, kind: "folder", sizeBytes: 4_096, changedAt: Sample.at(-2))
        page.list = FileListView(
            entry: folder, folder: "/home/anna", entries: entries, next: nil, cut: false, sharedUser: false)
        change(&page)
        return try Examination.examine(page.html())
    }

    private func entry(_ name: String, _ kind: String = "file", path: String? = nil) -> FileEntryView {
        FileEntryView(
            name: name, path: path ?? "my/data/\(name.percentEscaped())", kind: kind, sizeBytes: 12_000_000,
            changedAt: Sample.at(-1))
    }

    @Test("a folder: what is in it, the way up, forms to send files and make folders")
    func folder() throws {
        let page = try page([entry("model.pt"), entry("runs", "folder"), entry("pipe", "other"), entry("way", "link")])
        let links = page.all("a").compactMap { $0.attributes["href"] }
        #expect(links.contains("/files/my/data/model.pt") && links.contains("/file-remove/my/data/runs"))
        #expect(links.contains("/files/my/data") && links.contains("/files/my"))
        #expect(!links.contains("/files/my/data/pipe"), "nothing is read from a pipe")
        let upload = try #require(page.all("form").first { $0.attributes["enctype"] == "multipart/form-data" })
        #expect(upload.attributes["action"] == "/files/my/data/a%20b" && upload.attributes["method"] == "post")
        // What is said of the files must be known when they come.
        let begin = try #require(upload.text.range(of: "same name")),
            files = try #require(upload.text.range(of: "your computer"))
        #expect(begin.upperBound <= files.lowerBound)
        #expect(page.text.contains("12 MB") && page.text.contains("/home/anna"))
    }

    @Test("who has no files of their own is shown a way on, and data sets stand in the menu")
    func noFolder() throws {
        let problem = Problem("no-folder", title: "No folder of its own", status: 403, detail: "Root keeps none.")
        let admin = Viewer(name: "root", isAdministrator: true, canSignOut: true)
        let page = try Examination.examine(FilesPage(viewer: admin, places: [], path: "my", problem: problem).html())
        let links = page.all("a").compactMap { $0.attributes["href"] }
        #expect(links.contains("/admin/users") && links.contains("/get") && links.contains("/data"))
    }

    @Test("empty, long, shared, full and broken")
    func states() throws {
        #expect(try page([], at: "my").text.contains("Nothing yet"))
        let long = try page((0..<500).map { entry("\(Sample.long)\($0)") }) { page in
            page.list?.next = "a%20b"
            page.list?.cut = true
            page.list?.sharedUser = true
            page.done = .sent
            page.isOnTheWay = true
            page.use = FileUseView(
                path: "my", usedBytes: 1_000, files: 2, folders: 1, whole: false, freeBytes: 5, totalBytes: 10_000)
            page.use?.quotaBytes = 10_000
            page.use?.quotaUsedBytes = 9_500
        }
        #expect(long.text.contains("runs as one user") && long.text.contains("All of it has arrived."))
        #expect(long.text.contains("9.5 kB of 10 kB") && long.text.contains("more than 1 kB"))
        let links = long.all("a").compactMap { $0.attributes["href"] }
        #expect(links.contains("/files/my/data/a%20b?after=a%2520b") && links.contains("/get"))
        let broken = FilesPage(
            viewer: Sample.viewer, places: Self.places, path: "my",
            problem: Problem("x", title: "No home", status: 409, detail: Sample.hostile))
        #expect(try Examination.examine(broken.html()).text.contains("No home"))
    }

    @Test("hostile names stay text, and their links stay here")
    func hostile() throws {
        for name in [Sample.hostile, Sample.long, "\u{202E}evil", "a\nb"] {
            let page = try page([entry(name), entry(name, "folder", path: "my/\"><script>//evil")])
            for link in page.all("a").compactMap({ $0.attributes["href"] }) where link != "#content" {
                #expect(link.hasPrefix("/") && !link.hasPrefix("//"))
            }
            var removal = FileRemovalPage(viewer: Sample.viewer, entry: entry(name, "folder"), parent: "my/data")
            try Examination.examine(removal.html())
            removal.use = FileUseView(
                path: "my", usedBytes: 1_000, files: 2, folders: 1, whole: true, freeBytes: 5, totalBytes: 10_000)
            let text = try Examination.examine(removal.html()).text
            #expect(text.contains("2 files and 1 folder,"))
        }
    }
}
