import FleetModel
import Testing
import WireModel

@testable import WebPages

@Suite("Every page in every state is well-formed, named and harmless")
struct PageTests {
    private let now = Sample.now

    private func nowPage(
        _ devices: [DeviceView], waiting: [RequestView] = [], mine: [RequestView] = [], choice: NowPage.Choice = .all,
        pages: Int = 1
    ) -> NowPage {
        let entries = waiting.enumerated().map {
            NowPage.Queue.Entry(place: $0 + 1, request: $1, reason: "Others are first.")
        }
        return NowPage(
            viewer: Sample.viewer, now: now, list: Sample.list(devices, waiting: waiting.count),
            queue: .init(entries: entries, all: waiting.count, page: 1, pages: pages), mine: mine, mineCount: mine.count,
            choice: choice)
    }

    @Test("Now: who has what, what is free, who waits")
    func nowShows() throws {
        let page = try Examination.examine(
            nowPage(
                [
                    Sample.device(0), Sample.held(1, by: "alice"), Sample.held(2, by: "bob", "llm.py"),
                    Sample.device(3, "cordoned"),
                ],
                waiting: [Sample.request(8, "waiting", user: "carol")], mine: [Sample.request(7, "running")]
            ).html())
        let rows = page.all("tr").map(\.text)
        #expect(rows.contains { $0.contains("Free") } && rows.contains { $0.contains("bob") && $0.contains("llm.py") })
        #expect(page.text.contains("1 of 4") && page.text.contains("carol") && page.text.contains("Others are first."))
        #expect(page.all("a").contains { $0.attributes["href"] == workPage("102") })
        #expect(page.all("tr").contains { $0.attributes["class"] == "me" && $0.text.contains("You") })
    }

    @Test("Now: every state of a device, of a node and of a lease")
    func nowStates() throws {
        let states = [
            "free", "leased", "reserved", "outside", "cordoned", "quarantined", "missing", "frozen", "out of contact",
            "else",
        ]
        var devices = states.enumerated().map { Sample.device($0, $1) }
        devices[1] = Sample.held(1, by: "bob")
        devices[1].unused = true
        devices[1].progressPercent = 40
        devices[1].takenBackFor = 9
        devices[1].takenBackAt = Sample.at(4)
        devices[5].quarantine = QuarantineView(
            reason: "the probe failed", cure: "reset", since: Sample.at(-9), next: "Reset it.")
        devices[3].foreign = ForeignView(
            processes: [.init(pid: 4, user: "root", command: nil), .init(pid: 5, user: nil, command: "x")],
            since: Sample.at(-1), blocked: true)
        devices[0].utilization = nil
        devices[0].memoryUsedBytes = nil
        devices[0].powerWatts = nil
        for choice in NowPage.Choice.allCases {
            try Examination.examine(nowPage(devices, choice: choice).html())
        }
        try Examination.examine(nowPage([]).html())
    }

    @Test("Environments: whose, with what, and a form; only administrators make and remove what is everybody's")
    func environments() throws {
        func page(_ viewer: Viewer, _ problem: Problem? = nil) throws -> Element {
            var shared = EnvironmentView(name: Sample.hostile, kind: "carrel", shared: true, folder: Sample.long)
            shared.packages = (0..<9).map { .init(name: Sample.hostile, version: "\($0)") }
            (shared.sizeBytes, shared.createdAt) = (2_000_000_000, Sample.at(-3))
            let own = EnvironmentView(name: "mine", kind: "carrel", shared: false, folder: "~/mine")
            var form = EnvironmentsPage.Form()
            (form.name, form.packages) = (Sample.hostile, Sample.hostile)
            let page = EnvironmentsPage(viewer: viewer, now: now, environments: [own, shared], form: form, problem: problem)
            return try Examination.examine(page.html())
        }
        let administrator = try page(Viewer(name: "root", isAdministrator: true, canSignOut: false))
        let member = try page(
            Viewer(name: "alice", isAdministrator: false, canSignOut: true),
            Problem("x", title: "No", status: 400, detail: Sample.hostile))
        #expect(administrator.text.contains("everybody's") && administrator.text.contains("2 GB"))
        func removals(_ page: Element) -> Int {
            page.all("form").count { $0.attributes["action"]?.hasSuffix("/remove") ?? false }
        }
        #expect(removals(administrator) == 2 && removals(member) == 1)
        #expect(administrator.all("select").count == 2 && member.all("select").count == 1)
        try Examination.examine(
            EnvironmentsPage(viewer: Sample.viewer, now: now, environments: [], form: .init(), problem: nil).html())
    }

    @Test("hostile and endless names stay text on every page")
    func hostile() throws {
        for name in [Sample.hostile, Sample.long, "", "\u{202E}evil"] {
            var device = Sample.held(1, by: name, name)
            device.model = name
            device.uuid = name
            device.node = name
            let request = Sample.request(7, "running", user: name, name: name)
            var list = Sample.list([device], waiting: 1)
            list.nodes[0].cordon = CordonView(reason: name, since: Sample.at(-1), suspected: false)
            let viewer = Viewer(name: name, isAdministrator: true, canSignOut: true)
            try Examination.examine(
                NowPage(
                    viewer: viewer, now: now, list: list,
                    queue: .init(entries: [.init(place: 1, request: request, reason: name)], all: 1, page: 1, pages: 3),
                    mine: [request], mineCount: 9, choice: .all
                ).html())
            try Examination.examine(
                WorkPage(viewer: viewer, now: now, open: [request], openCount: 1, ended: [request], next: 3).html())
            try Examination.examine(requestPage(request, viewer: viewer))
            let bar = TimelinePage.Bar(
                request: 7, user: name, name: name, start: now + .hours(-3), end: now + .hours(2), promisedFrom: now)
            try Examination.examine(timeline([.init(uuid: name, model: name, node: name, bars: [bar])], viewer: viewer))
            try Examination.examine(usage([name], viewer: viewer))
            try Examination.examine(
                ProblemPage(
                    viewer: viewer, problem: Problem("x", title: "No", status: 400, detail: name), back: Link("/work")
                ).html())
            var form = GetPage.Form()
            form.command = name
            form.model = name
            let sizes = [ProfileView(name: name, gpus: name, cpus: name, memory: name, time: name, note: name)]
            form.profile = name
            try Examination.examine(
                GetPage(
                    viewer: viewer, form: form, problem: nil, profiles: sizes, devices: [device], usualTimeSeconds: 86_400
                ).html())
        }
    }

    private func requestPage(_ request: RequestView, viewer: Viewer = Sample.viewer, mayAct: Bool = true) -> HTML {
        var content = RequestPage.Content(request)
        content.mayAct = mayAct
        content.why = ["Nobody was before it."]
        content.series = Sample.series
        content.deviceMemory = 85_899_345_920
        content.receipt = request.isOver ? Sample.receipt : nil
        content.output = OutputView(
            output: .init(bytes: Array("epoch 1 <loss> & more\n".utf8), before: 0),
            error: .init(bytes: Array("cut line\nwarning\n".utf8), before: 70_000),
            more: request.isOver ? nil : .path("work", "7", "output"))
        return RequestPage(viewer: viewer, now: now, content: content).html()
    }

    @Test("a request's page: every state, with what its user may do in it")
    func requests() throws {
        for state in ["waiting", "starting", "running", "ending", "verifying", "closed", "refused", "cancelled"] {
            let page = try Examination.examine(requestPage(Sample.request(7, state)))
            let actions = page.all("form").compactMap { $0.attributes["action"] }.filter { $0.hasPrefix(workPage("7/")) }
            switch state {
            case "starting", "running": #expect(actions == ["/work/7/extend", "/work/7/keep", "/work/7/return"])
            case "waiting": #expect(actions == ["/work/7/return"])
            default: #expect(actions.isEmpty)
            }
            let others = try Examination.examine(requestPage(Sample.request(7, state), mayAct: false))
            #expect(!others.all("form").contains { $0.attributes["action"]?.hasPrefix("/work") ?? false })
        }
        let idle = try Examination.examine(requestPage(Sample.idle(Sample.request(7, "running"))))
        #expect(idle.text.contains("It is not used.") && idle.text.contains("taken back for request 9"))
    }

    @Test("what was done is said only where the state bears it out")
    func done() throws {
        func says(_ done: RequestPage.Done, _ state: String, _ words: String) throws -> Bool {
            var content = RequestPage.Content(Sample.request(7, state))
            content.done = done
            return try Examination.examine(RequestPage(viewer: Sample.viewer, now: now, content: content).html()).text
                .contains(words)
        }
        #expect(try says(.returned, "verifying", "was given back"))
        #expect(try !says(.returned, "running", "was given back"))
        #expect(try says(.extended, "running", "was extended") && !says(.extended, "closed", "was extended"))
        #expect(try !says(.kept, "running", "You keep"))
    }

    private func timeline(_ lanes: [TimelinePage.Lane], viewer: Viewer = Sample.viewer) -> HTML {
        TimelinePage(viewer: viewer, now: now, span: .day, lanes: lanes, page: 1, pages: 3, isCut: true).html()
    }

    @Test("Timeline: bars lie within the picture, and stand in a list as well")
    func timelines() throws {
        try Examination.examine(timeline([]))
        let bars = [
            TimelinePage.Bar(
                request: 1, user: "bob", name: "old", start: now + .days(-9), end: now + .hours(-2), promisedFrom: nil),
            TimelinePage.Bar(
                request: 2, user: "alice", name: "new", start: now + .hours(-1), end: now + .days(2), promisedFrom: now),
            TimelinePage.Bar(
                request: nil, user: "vision", name: "class", start: now + .hours(3), end: now + .hours(4), promisedFrom: nil),
        ]
        let page = try Examination.examine(timeline([.init(uuid: "GPU-1", model: "A100", node: "n", bars: bars)]))
        for bar in page.all("rect") where bar.attributes["class"]?.hasPrefix("hit") ?? false {
            func percent(_ name: String) -> Double { Double(bar.attributes[name]?.dropLast() ?? "") ?? -1 }
            #expect(percent("x") >= 0 && percent("width") > 0 && percent("x") + percent("width") <= 100.3)
        }
        #expect(page.all("tbody").first?.children.count == 3)
        for span in TimelinePage.Span.allCases {
            try Examination.examine(
                TimelinePage(viewer: Sample.viewer, now: now, span: span, lanes: [], page: 1, pages: 1, isCut: false).html())
        }
    }

    private func usage(_ names: [String], viewer: Viewer = Sample.viewer) -> HTML {
        UsagePage(
            viewer: viewer, now: now, span: .month, users: Sample.report("user", names), teams: Sample.report("team", names),
            guarantees: names.map { TeamView(name: $0, guarantee: 2, limit: nil, members: names, holds: 1) }
        ).html()
    }

    @Test("Usage: with and without leases; its CSV runs nothing in a spreadsheet")
    func usages() throws {
        try Examination.examine(usage([]))
        let page = try Examination.examine(usage(["alice", "bob"]))
        #expect(page.text.contains("not measured") && page.text.contains("12.50 EUR + 3.00 CHF"))
        let csv = UsageTable.csv(Sample.report("user", ["=1+1", "a,\"b\"", "-x"]))
        let lines = csv.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "name,leases,gpuSeconds,energyJoules,notMeasured,costAmount,costCurrency")
        #expect(lines[1].hasPrefix("'=1+1,1,30.0,,0,,") && lines[2].hasPrefix("\"a,\"\"b\"\"\",2,"))
        #expect(lines[3] == "\"a,\"\"b\"\"\",,,,,3.0,CHF" && lines[4].hasPrefix("'-x,3,"))
    }

    private func month(_ names: [String], viewer: Viewer = Sample.viewer) throws -> HTML {
        func report(_ by: String) -> MonthPage.Report {
            let report = Sample.report(by, names)
            func row(_ entry: EnergyReport.Entry) -> MonthPage.Row {
                MonthPage.Row(
                    use: entry, meanUtilization: entry.leases == 1 ? nil : 62.5,
                    idleSeconds: Double(entry.leases - 1) * 1_800)
            }
            return MonthPage.Report(by: by, rows: report.entries.map(row), total: row(report.total))
        }
        let month = try #require(Month("2026-11"))
        return MonthPage(viewer: viewer, now: now, month: month, teams: report("team"), users: report("user")).html()
    }

    @Test("a month on a page: what is not known is said so, and its CSV runs nothing in a spreadsheet")
    func months() throws {
        try Examination.examine(month([]))
        let page = try Examination.examine(month([Sample.hostile, Sample.long, "bob"]))
        #expect(page.text.contains("Usage in November 2026") && page.text.contains("62.5 %"))
        #expect(page.text.contains("not known") && page.text.contains("12.50 EUR + 3.00 CHF"))
        // The month is not over, so that no later one is led to.
        let links = page.all("a").compactMap { $0.attributes["href"] }
        #expect(links.contains("/usage/2026-10") && !links.contains("/usage/2026-12"))
        let row = MonthPage.Row(
            use: Sample.report("user", ["=1+1", "b"]).entries[1], meanUtilization: nil, idleSeconds: 1.5)
        let csv = UsageTable.csv(MonthPage.Report(by: "user", rows: [row], total: row)).split(separator: "\r\n")
        #expect(csv[0].hasPrefix("name,leases,gpuSeconds,meanUtilization,idleGPUSeconds") && csv.count == 3)
        #expect(csv[1].hasPrefix("b,2,4030.0,,1.5,"))
    }

    @Test("months are those of the calendar")
    func calendar() throws {
        let december = try #require(Month("2026-12"))
        #expect(december.next.text == "2027-01" && december.next.previous == december)
        #expect(december.start.utcText == "2026-12-01T00:00:00.000Z" && december.end.utcText == "2027-01-01T00:00:00.000Z")
        #expect(Month(of: december.start) == december && december.name == "December 2026")
        for text in ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "-2026-11", "2026-1x", "1969-12"] {
            #expect(Month(text) == nil, "\(text)")
        }
    }

    @Test("Help, problems and the form for a GPU, signed in and not")
    func others() throws {
        let gpu = try Examination.examine(GPUHelpPage(viewer: nil).html())
        #expect(gpu.all("dt").count == gpu.all("dd").count && gpu.all("dt").count > 15)
        let help = try Examination.examine(HelpPage(viewer: nil).html())
        #expect(help.all("nav").isEmpty)
        try Examination.examine(HelpPage(viewer: Sample.viewer).html())
        let problem = Problem("not-found", title: "Not found", status: 404, detail: "There is nothing here.")
        try Examination.examine(ProblemPage(viewer: nil, problem: problem, back: nil).html())
        var form = GetPage.Form()
        form.command = "</textarea><b>python train.py"
        let page = try Examination.examine(
            GetPage(
                viewer: Sample.viewer, form: form, problem: problem, devices: [Sample.device(1)], usualTimeSeconds: 86_400
            ).html())
        #expect(page.all("textarea").first?.text.contains("</textarea><b>python train.py") ?? false)
        #expect(page.text.contains("There is nothing here."))
    }

    @Test("Get a GPU offers the sizes first, and a number of GPUs of one's own only where one wants it")
    func sizes() throws {
        let small = ProfileView(name: "small", gpus: "1", cpus: "4", memory: "16GB", time: "4h", note: "For trying out")
        let large = ProfileView(name: "large", gpus: "a100:2")
        var form = GetPage.Form()
        (form.profile, form.gpus) = ("large", "")
        var limits = LimitUseView(user: "anna", gpusHeld: 1, team: "vision", teamGpusHeld: 3)
        (limits.gpusAtOnce, limits.gpuHoursAWeek, limits.gpuHoursCounted) = (4, 40, 12.5)
        limits.longestLeaseSeconds = 28_800
        let page = try Examination.examine(
            GetPage(
                viewer: Sample.viewer, form: form, problem: nil, profiles: [large, small], limits: limits,
                devices: [Sample.device(1)], usualTimeSeconds: 86_400
            ).html())
        #expect(page.text.contains("You have 1 of the 4 GPUs that you may have at once."))
        #expect(page.text.contains("12.5 of your 40 GPU-hours of seven days are taken."))
        #expect(page.text.contains("A lease lasts 8 h at most.") && !page.text.contains("Your team has"), "\(page.text)")
        #expect(page.text.contains("small: 1 GPU, 4h, 4 cores, 16GB of memory. For trying out"))
        #expect(page.text.contains("large: GPUs a100:2") && page.text.contains("None: as said below"))
        let plain = try Examination.examine(
            GetPage(
                viewer: Sample.viewer, form: GetPage.Form(), problem: nil, devices: [Sample.device(1)],
                usualTimeSeconds: 86_400
            ).html())
        #expect(!plain.text.contains("None: as said below"))
        // Whoever keeps no files is offered no folder of their own.
        #expect(plain.text.contains("An empty folder, gone with the lease") && !plain.text.contains("My own folder"))
        let owner = try Examination.examine(
            GetPage(
                viewer: Sample.viewer, form: GetPage.Form(), problem: nil, places: [FilePlaceView(path: "my", team: nil)],
                devices: [Sample.device(1)], usualTimeSeconds: 86_400
            ).html())
        #expect(owner.text.contains("My own folder"))
    }

    @Test("My work: empty, long, and in the middle of a history")
    func work() throws {
        try Examination.examine(
            WorkPage(viewer: Sample.viewer, now: now, open: [], openCount: 0, ended: [], next: nil).html())
        let ended = (1...50).map { Sample.request(Int64($0), "closed") }
        try Examination.examine(
            WorkPage(viewer: Sample.viewer, now: now, open: [], openCount: 0, ended: ended, next: 50).html())
    }

    @Test("assets are there, each at an address of its own content")
    func assets() throws {
        for asset in [Asset.style, .script, .icon, .terminalStyle, .terminalScript] {
            #expect(asset.bytes.count > 100 && asset.link.text == "/assets/\(asset.hash)/\(asset.name)")
            #expect(Asset.at(hash: asset.hash, name: asset.name)?.name == asset.name)
            #expect(Asset.at(hash: "0", name: asset.name) == nil)
        }
        let script = String(decoding: Asset.script.bytes, as: UTF8.self)
        #expect(!script.contains("innerHTML") && !script.contains("eval("))
    }

    @Test("a fleet of 1,000 devices with 10,000 waiting is written quickly: the time is printed, not asserted")
    func speed() throws {
        let devices = (0..<1_000).map { number in
            let node = "node\(number / 8)"
            var device = number % 3 == 0 ? Sample.device(number) : Sample.held(number, by: "user\(number % 50)")
            device.node = node
            return device
        }
        let waiting = (0..<25).map { Sample.request(Int64($0 + 1), "waiting", user: "user\($0)") }
        let entries = waiting.enumerated().map {
            NowPage.Queue.Entry(place: $0 + 1, request: $1, reason: "Others are first.")
        }
        let page = NowPage(
            viewer: Sample.viewer, now: now, list: Sample.list(devices, waiting: 10_000),
            queue: .init(entries: entries, all: 10_000, page: 1, pages: 400), mine: [], mineCount: 0, choice: .all)
        var times: [Duration] = [], bytes = 0
        for _ in 0..<5 { times.append(ContinuousClock().measure { bytes = page.html().bytes.count }) }
        print("Now with 1,000 devices and 10,000 waiting: \(bytes) bytes, fastest of five \(times.min() ?? .zero)")
        try Examination.examine(page.html())
    }
}
