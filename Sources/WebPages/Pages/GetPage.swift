import FleetModel
package import WireModel

/// `/get`: asks for a GPU to run a command.
package struct GetPage: Sendable {
    /// What was typed, to be shown again when it could not be taken.
    package struct Form: Sendable {
        /// Empty: none.
        package var profile = ""
        /// Empty: as the profile says.
        package var gpus = "1"
        package var model = ""
        /// The name of an environment; empty: none.
        package var environment = ""
        /// The names of data sets.
        package var data: [String] = []
        package var time = ""
        package var command = ""
        package var directory = ""
        /// Where it begins unless a folder is named: `my`, or `teams/NAME`.
        package var place = "my"
        package var name = ""
        /// Tells this form from every other, so that sending it twice asks once.
        package var key = ""
        /// What is wanted: `notebook`, `terminal`, or else a command.
        package var kind = ""
        /// What it will hold on the GPU: the name of a built-in model; empty: nothing is said.
        package var fitModel = ""
        /// What is done with it, as `carrel plan fit --method`.
        package var fitMethod = ""
        package var fitBatch = ""
        /// Tells the warnings that were read from others: it is wanted all the same.
        package var anyway = ""

        package init() {}
    }

    /// Where who has no folder of their own begins: the value of `place`.
    package static let nowhere = "none"

    /// The names of its fields.
    package enum Field: String, Sendable {
        case profile, gpus, model, time, environment, data, command, directory, place, name, key, kind
        case fitModel = "fit-model", fitMethod = "fit-method", fitBatch = "fit-batch", anyway
    }

    let viewer: Viewer
    let form: Form
    let problem: Problem?
    let profiles: [ProfileView]
    let limits: LimitUseView?
    let environments: [EnvironmentView]
    let sets: [DataSetView]
    let places: [FilePlaceView]
    let models: [(name: String, free: Int, all: Int)]
    let usualTime: String
    /// What should be known before it is asked for; where there are some, nothing was asked for yet.
    package var warnings: [CheckoutWarning] = []
    /// That are built in, as hints.
    package var knownModels: [String] = []

    /// - Parameters:
    ///   - profiles: those that the viewer may use.
    ///   - limits: what the viewer may use at most, and uses; nil: nothing is said of it.
    ///   - environments: those that the viewer can start in, as far as they are known.
    ///   - sets: the data sets that the viewer may use.
    ///   - places: where the viewer has files.
    ///   - devices: all there are.
    ///   - problem: why what was typed could not be taken.
    ///   - usualTimeSeconds: how long a lease lasts when nothing is said.
    package init(
        viewer: Viewer, form: Form, problem: Problem?, profiles: [ProfileView] = [], limits: LimitUseView? = nil,
        environments: [EnvironmentView] = [], sets: [DataSetView] = [], places: [FilePlaceView] = [], devices: [DeviceView],
        usualTimeSeconds: Double
    ) {
        self.sets = sets
        self.places = places
        self.environments = environments
        self.limits = limits
        self.profiles = profiles
        self.viewer = viewer
        self.form = form
        self.problem = problem
        usualTime = TimeSpanText.spoken(seconds: usualTimeSeconds)
        models = Set(devices.map(\.model)).sorted().map { model in
            let alike = devices.filter { $0.model == model }
            return (model, alike.count { $0.state == "free" }, alike.count)
        }
    }

    package func html() -> HTML {
        Layout(title: "Get a GPU", place: .get, viewer: viewer).page { html in
            html.lead("Get a GPU") {
                $0.text("Work on GPUs of your own. They come back by themselves.")
            }
            if let problem {
                html(.div, .class("notice", "bad"), .role("alert")) { html in
                    html(.p) { $0(.strong, text: problem.title) }
                    html(.p) { $0.sentences(problem.detail) }
                }
            }
            if !warnings.isEmpty { warned(&html) }
            if let words = limits?.words { html(.p, text: words) }
            html(.form, .class("card"), .method("post"), .action(Link("/get"))) { html in
                html(.input, .type("hidden"), .name("key"), .value(form.key))
                if !form.anyway.isEmpty { html(.input, .type("hidden"), .name("anyway"), .value(form.anyway)) }
                if !profiles.isEmpty { sizes(&html) }
                html(.div, .class("row")) { html in
                    count(&html)
                    model(&html)
                    time(&html)
                }
                software(&html)
                if !sets.isEmpty { data(&html) }
                fit(&html)
                begin(&html)
                // The first button is what Enter presses.
                html(.div, .class("buttons")) { html in
                    html(
                        .button, .type("submit"), .name("kind"), .value("notebook"), .noValidation, .class("strong"),
                        text: "Open a notebook")
                    html(
                        .button, .type("submit"), .name("kind"), .value("terminal"), .noValidation,
                        text: "Open a terminal")
                }
                html(.p) { $0(.small, text: "Both begin there, unless you name another folder below.") }
                html(.h2, text: "Or run a command")
                command(&html)
                html(.button, .type("submit"), text: "Run the command")
            }
            html(.p) { html in
                html.markup("<small>From a terminal: <code>carrel run --gpus 1 --time 2h -- python train.py</code></small>")
            }
        }
    }

    /// The sizes with names come first, since they are what most people want.
    private func sizes(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("profile"), text: "Size")
            html(.select, .id("profile"), .name("profile"), .aria(.describedby, "profile-hint")) { html in
                for profile in profiles {
                    let name = profile.name ?? ""
                    html(.option, .value(name), name == form.profile ? .selected : nil, text: profile.choice)
                }
                html(.option, .value(""), form.profile.isEmpty ? .selected : nil, text: "None: as said below")
            }
            html(.small, .id("profile-hint"), text: "What is filled in below counts before the size.")
        }
    }

    /// In which software it starts; a notebook needs JupyterLab, which Carrel's environments have.
    private func software(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("environment"), text: "Software")
            html(.select, .id("environment"), .name("environment"), .aria(.describedby, "environment-hint")) { html in
                for environment in environments {
                    html(
                        .option, .value(environment.name), environment.name == form.environment ? .selected : nil,
                        text: environment.shared ? "\(environment.name) (everybody’s)" : environment.name)
                }
                html(.option, .value(""), form.environment.isEmpty ? .selected : nil, text: "The machine's own")
            }
            html(.small, .id("environment-hint")) { html in
                html.text(environments.isEmpty ? "A notebook needs JupyterLab: " : "With JupyterLab and a framework: ")
                html(.a, .href(Link("/environments")), text: environments.isEmpty ? "make an environment" : "environments")
                html.text(environments.isEmpty ? " that has it." : ".")
            }
        }
    }

    /// Which data sets it sees.
    private func data(_ html: inout HTML) {
        html(.fieldset, .class("boxes")) { html in
            html(.legend, text: "Data sets")
            for set in sets {
                html(.p) { html in
                    let id = "data-\(set.name)"
                    html(
                        .input, .id(id), .name("data"), .type("checkbox"), .value(set.name),
                        form.data.contains(set.name) ? .checked : nil)
                    html.text(" ")
                    html(.label, .class("beside"), .for(id)) { html in
                        html(.bdi, text: set.name)
                        if let about = set.about {
                            html.text(": ")
                            html(.bdi, text: about)
                        }
                    }
                }
            }
            html(.small) { html in
                html.text("Shown to your work, for reading only, below ")
                html(.code, text: DataPlace.shown)
                html.text(": ")
                html(.a, .href(Link("/data")), text: "what there is")
                html.text(".")
            }
        }
    }

    /// Where it begins, and the way to send files there first.
    private func begin(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("place"), text: "Begin in")
            html(.select, .id("place"), .name("place"), .aria(.describedby, "place-hint")) { html in
                let hasOwn = places.contains { $0.team == nil }
                html(
                    .option, .value(hasOwn ? "my" : GetPage.nowhere), form.place.hasPrefix("teams/") ? nil : .selected,
                    text: hasOwn ? "My own folder" : "An empty folder, gone with the lease")
                for place in places {
                    guard let team = place.team else { continue }
                    html(
                        .option, .value(place.path), place.path == form.place ? .selected : nil,
                        text: "The folder of team \(team)")
                }
            }
            html(.small, .id("place-hint")) { html in
                guard places.contains(where: { $0.team == nil }) else {
                    return html.text("You have no folder of your own here: what is to stay goes into another, named below.")
                }
                html.text("Data on your computer? ")
                html(.a, .href(Link("/files/my").with("next", "get")), text: "Send files first")
                html.text(".")
            }
        }
    }

    private func count(_ html: inout HTML) {
        let isOpen = !profiles.isEmpty
        html(.div, .class("field")) { html in
            html(.label, .for("gpus"), text: "How many GPUs")
            html(
                .input, .id("gpus"), .name("gpus"), .type("number"), .min(0), .max(1_000_000), .value(form.gpus),
                isOpen ? .placeholder("as the size says") : .required, .aria(.describedby, "gpus-hint"))
            html(
                .small, .id("gpus-hint"), text: "0 for cores and memory alone.\(isOpen ? " Empty is the size's, or 1." : "")"
            )
        }
    }

    private func model(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("model"), text: "Which kind")
            html(.select, .id("model"), .name("model")) { html in
                html(.option, .value(""), form.model.isEmpty ? .selected : nil, text: "Any")
                for model in models {
                    html(
                        .option, .value(model.name), model.name == form.model ? .selected : nil,
                        text: "\(model.name): \(model.free) of \(model.all) free")
                }
            }
        }
    }

    private func time(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("time"), text: "For how long")
            html(
                .input, .id("time"), .name("time"), .type("text"), .value(form.time),
                .placeholder(profiles.isEmpty ? usualTime : "as the size says"),
                .maxlength(40),
                .aria(.describedby, "time-hint"))
            let empty = profiles.isEmpty ? usualTime : "the size's, or \(usualTime)"
            html(.small, .id("time-hint"), text: "Such as 30m, 2h or 1d; empty is \(empty). Shorter may start sooner.")
        }
    }

    private func command(_ html: inout HTML) {
        html(.div, .class("field")) { html in
            html(.label, .for("command"), text: "Command")
            html.markup(
                "<textarea id=\"command\" name=\"command\" rows=\"4\" required=\"\" spellcheck=\"false\" maxlength=\"100000\" aria-describedby=\"command-hint\">\n"
            )
            html.text(form.command)
            html.markup("</textarea>")
            html(.small, .id("command-hint"), text: "As in a shell, one or more lines: python train.py --epochs 3")
        }
        html(.div, .class("row")) { html in
            html(.div, .class("field")) { html in
                html(.label, .for("directory"), text: "Folder")
                html(
                    .input, .id("directory"), .name("directory"), .type("text"), .value(form.directory),
                    .noSpelling, .placeholder("/home/you/project"), .maxlength(4_000), .aria(.describedby, "folder-hint"))
                html(.small, .id("folder-hint"), text: "Another one than above: a whole path on the machine. May be empty.")
            }
            html(.div, .class("field")) { html in
                html(.label, .for("name"), text: "Name")
                html(
                    .input, .id("name"), .name("name"), .type("text"), .value(form.name), .maxlength(100),
                    .aria(.describedby, "name-hint"))
                html(.small, .id("name-hint"), text: "What everybody sees of it; empty is the program's name.")
            }
        }
    }
}

extension ProfileView {
    /// `small: 1 GPU, 4h, 4 cores, 16GB of memory. For trying out`
    fileprivate var choice: String {
        let parts = [
            Int(gpus).map { $0 == 1 ? "1 GPU" : "\($0) GPUs" } ?? "GPUs \(gpus)", time, cpus.map { "\($0) cores" },
            memory.map { "\($0) of memory" },
        ]
        let fit = neverFits == true ? " (not in this pool)" : ""
        let text = "\(name ?? ""): " + parts.compactMap(\.self).joined(separator: ", ") + fit
        return note.map { "\(text). \($0)" } ?? text
    }
}

extension LimitUseView {
    /// `You have 1 of 4 GPUs. 12.5 of your 40 GPU-hours of seven days are taken. A lease lasts 8h at most.`; nil: no limit.
    fileprivate var words: String? {
        func hours(_ counted: Double?) -> String { "\(((counted ?? 0) * 10).rounded() / 10)" }
        let parts = [
            gpusAtOnce.map { "You have \(gpusHeld) of the \($0) GPUs that you may have at once." },
            gpuHoursAWeek.map { "\(hours(gpuHoursCounted)) of your \($0) GPU-hours of seven days are taken." },
            teamGpusAtOnce.map { "Your team has \(teamGpusHeld) of its \($0) GPUs." },
            teamGpuHoursAWeek.map { "\(hours(teamGpuHoursCounted)) of its \($0) GPU-hours of seven days are taken." },
            longestLeaseSeconds.map { "A lease lasts \(TimeSpanText.spoken(seconds: $0)) at most." },
        ]
        let said = parts.compactMap(\.self)
        return said.isEmpty ? nil : said.joined(separator: " ")
    }
}
