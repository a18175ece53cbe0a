import FleetModel
import Testing
import WireModel

@testable import WebPages

@Suite("Pages of data sets")
struct DataPageTests {
    private let now = Sample.now

    @Test("Data sets: what, for whom and where; only administrators see folders, add and remove")
    func dataSets() throws {
        func page(_ viewer: Viewer, _ problem: Problem? = nil, added: DataSetView? = nil) throws -> Element {
            var large = DataSetView(
                name: "imagenet", folder: Sample.long, path: "/dev/data/imagenet", about: Sample.hostile,
                teams: [Sample.hostile, "vision"], addedBy: "root", addedAt: Sample.at(-3), usedBy: 2)
            (large.sizeBytes, large.files) = (150_000_000_000, 1_300_000)
            var small = DataSetView(
                name: "small", folder: "/srv/small", path: "/dev/data/small", about: nil, teams: nil, addedBy: "root",
                addedAt: Sample.at(-1), usedBy: 0)
            small.copy = DataCopyView(whole: true, files: 1, sizeBytes: 1, madeAt: Sample.at(-1))
            var form = DataPage.Form()
            (form.name, form.folder, form.about, form.teams) = (
                Sample.hostile, Sample.hostile, Sample.hostile, Sample.hostile
            )
            return try Examination.examine(
                DataPage(viewer: viewer, now: now, sets: [large, small, closed], form: form, problem: problem, added: added)
                    .html())
        }
        let closed = DataSetView(
            name: "x", folder: "/srv/x", path: "/dev/data/x", about: nil, teams: nil, addedBy: "root", addedAt: Sample.at(0),
            readableByAll: false, usedBy: 0)
        let administrator = try page(
            Viewer(name: "root", isAdministrator: true, canSignOut: false),
            Problem("x", title: "No", status: 422, detail: Sample.hostile), added: closed)
        let member = try page(Viewer(name: "alice", isAdministrator: false, canSignOut: true))
        #expect(administrator.text.contains("2 requests ask for it") && administrator.text.contains("150 GB"))
        #expect(administrator.text.contains("/srv/small") && !member.text.contains("/srv/small"))
        #expect(member.text.contains("imagenet") && member.text.contains("everybody"))
        // To sign out is one as well.
        func forms(_ page: Element) -> Int {
            page.all("form").count { $0.attributes["action"]?.hasPrefix("/data") ?? false }
        }
        #expect(administrator.text.contains("Not every user") && !member.text.contains("Not every user"))
        // For each set one that copies and one that removes, one that deletes a copy, and one that adds.
        #expect(forms(administrator) == 8 && forms(member) == 0)
        #expect(
            administrator.text.contains("Delete the copy of small") && !administrator.text.contains("Delete the copy of x"))
        #expect(member.text.contains("Copied to the machine's own disk"))
        try Examination.examine(DataPage(viewer: Sample.viewer, now: now, sets: []).html())
    }

    @Test("Get a GPU: data sets are boxes, of which those that were ticked stay ticked")
    func dataBoxes() throws {
        let sets = ["one", "two"].map {
            DataSetView(
                name: $0, folder: "/srv/\($0)", path: "/dev/data/\($0)", about: Sample.hostile, teams: nil, addedBy: "root",
                addedAt: Sample.at(-1), usedBy: 0)
        }
        var form = GetPage.Form()
        form.data = ["two"]
        let page = try Examination.examine(
            GetPage(
                viewer: Sample.viewer, form: form, problem: nil, sets: sets, devices: [], usualTimeSeconds: 3_600
            ).html())
        let boxes = page.all("input").filter { $0.attributes["type"] == "checkbox" }
        #expect(boxes.map { $0.attributes["value"] } == ["one", "two"])
        #expect(boxes.map { $0.attributes["checked"] != nil } == [false, true])
        #expect(!page.text.contains("/srv/one"))
    }
}
