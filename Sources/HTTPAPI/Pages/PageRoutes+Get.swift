import Advice
import Advisor
import CheckoutService
import Crypto
import FleetModel
import Foundation
import Hummingbird
import LeaseLedger
import WebPages
import WireModel

extension PageRoutes {
    func get(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let viewer = try viewer(request, context)
        let profiles = profiles(for: try context.signedIn())
        var form = GetPage.Form()
        // Where there are sizes the first one is chosen that this pool has room for, and its number of GPUs counts.
        if let first = profiles.first(where: { $0.neverFits != true }) { (form.profile, form.gpus) = (first.name ?? "", "") }
        let environments = try await environments.list(for: UserName(viewer.name))
        form.environment = environments.first?.name ?? ""
        return .page(await getPage(viewer, form, nil, profiles, environments, try context.signedIn()).html())
    }

    /// Asks for it, and shows what was typed again where it could not be taken.
    func ask(_ request: Request, _ context: CarrelContext) async throws -> Response {
        let caller = try context.signedIn()
        let form = GetPage.Form(try await request.form())
        do {
            let wanted = try await placed(form, caller).wanted()
            var submission = try wanted.submission(by: caller, in: service.state, service.data)
            let outlook = try forecasts.outlook(wanted, submission)
            submission.forecast = outlook.forecast
            let work = NewWork(
                submission: submission, order: try wanted.order(by: caller), key: form.idempotencyKey)
            if let sign = outlook.sign, form.anyway != sign {
                return .page(try await warned(form, sign, outlook.warnings, caller, request))
            }
            let answer = try await service.writer.submit(work)
            guard let id = answer.id, let record = try await service.record(id) else {
                throw Problem.internalError("The request was taken in and can't be found.")
            }
            context.audit.subject = "\(id)"
            if let refusal = record.refusal { throw Problem(refused: id, refusal) }
            data.refillSoon(record)
            if form.isNotebook { return .seeOther(Link.path("work", "\(id)", "enter")) }
            if form.isTerminal { return .seeOther(Link.path("work", "\(id)", "terminal")) }
            return .seeOther(Link.path("work", "\(id)").with("done", RequestPage.Done.asked.rawValue))
        } catch let error as CancellationError {
            throw error
        } catch {
            let problem = try Problem(thrown: error, by: request, context)
            return .page(
                await getPage(
                    Viewer(caller, request), form, problem, profiles(for: caller),
                    try await environments.list(for: caller.requester.user), caller
                ).html(),
                status: .init(code: problem.status))
        }
    }

    /// Nothing was asked for: the page says why, and asks for it when the same form comes again.
    private func warned(
        _ form: GetPage.Form, _ sign: String, _ warnings: [CheckoutWarning], _ caller: Caller, _ request: Request
    ) async throws -> HTML {
        var form = form
        form.anyway = sign
        var page = await getPage(
            Viewer(caller, request), form, nil, profiles(for: caller),
            try await environments.list(for: caller.requester.user), caller)
        page.warnings = warnings
        return page.html()
    }

    /// With the folder that was chosen where none is named. Notebooks and terminals begin in one's own by themselves.
    private func placed(_ form: GetPage.Form, _ caller: Caller) async throws -> GetPage.Form {
        let isOwn = ["", FileTarget.own, GetPage.nowhere].contains(form.place)
        guard form.directory.allSatisfy(\.isWhitespace), !(isOwn && (form.isNotebook || form.isTerminal)) else {
            return form
        }
        var placed = form
        if form.place == GetPage.nowhere {
            placed.directory = "/tmp"
            return placed
        }
        let target = try files.target(isOwn ? FileTarget.own : form.place, of: caller)
        placed.directory = try await files.open(target.place, for: caller).folder
        return placed
    }

    private func profiles(for caller: Caller) -> [ProfileView] {
        service.state.profileViews(for: caller)
    }

    /// Those that work of theirs may ask for, which administrators see more of elsewhere.
    private func sets(for caller: Caller) async -> [DataSetView] {
        let team = service.state.team(of: caller.requester.user)
        return await data.list(for: caller).filter { service.data?.dataSet($0.name)?.isFor(team) ?? false }
    }

    private func getPage(
        _ viewer: Viewer, _ form: GetPage.Form, _ problem: Problem?, _ profiles: [ProfileView],
        _ environments: [EnvironmentView], _ caller: Caller
    ) async -> GetPage {
        let views = ViewMaker(service)
        var form = form
        // A form that is sent twice, by a double click, asks once.
        form.key = String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
        var page = GetPage(
            viewer: viewer, form: form, problem: problem, profiles: profiles,
            limits: LimitUseView(of: UserName(viewer.name), views),
            environments: environments, sets: await sets(for: caller),
            places: caller.hasNoFolder ? [] : files.places(of: caller),
            devices: views.deviceList.devices,
            usualTimeSeconds: Double(views.state.policy.defaultDuration.milliseconds) / 1_000)
        page.knownModels = KnownModel.all.map(\.name)
        return page
    }
}

extension GetPage.Form {
    init(_ body: FormBody) {
        self.init()
        func text(_ field: GetPage.Field) -> String { body[field.rawValue] ?? "" }
        profile = text(.profile)
        gpus = text(.gpus)
        model = text(.model)
        time = text(.time)
        environment = text(.environment)
        data = body.all(GetPage.Field.data.rawValue)
        // Browsers send line ends as two bytes, which a shell takes for a part of the command.
        command = text(.command).replacing("\r\n", with: "\n")
        directory = text(.directory)
        place = text(.place)
        name = text(.name)
        key = text(.key)
        kind = text(.kind)
        fitModel = text(.fitModel).trimmingCharacters(in: .whitespaces)
        fitMethod = text(.fitMethod)
        fitBatch = text(.fitBatch).trimmingCharacters(in: .whitespaces)
        anyway = text(.anyway)
    }

    /// The request, with what is expected of it.
    fileprivate func wanted() throws(Problem) -> NewRequest {
        var wanted = request
        guard !fitModel.isEmpty else { return wanted }
        var question = FitQuestion()
        question.model = fitModel
        question.method = fitMethod.isEmpty ? nil : fitMethod
        if !fitBatch.isEmpty {
            guard let batch = Int(fitBatch) else {
                throw .badInput("The batch is a whole number from 1, not “\(fitBatch.shown)”.")
            }
            question.batch = batch
        }
        let asked = question
        do throws(AdviceError) { wanted.forecast = ForecastView(try FitDesk.answer(asked)) } catch {
            guard case .unknownModel = error else { throw .badInput(error.onPage) }
            throw .badInput("\(error.onPage) Or leave “Neural network” empty: then nothing is checked.")
        }
        return wanted
    }

    fileprivate var idempotencyKey: IdempotencyKey? {
        guard !key.isEmpty, key.utf8.count <= 100 else { return nil }
        let fields = [
            profile, gpus, model, time, environment, command, directory, place, name, kind, fitModel, fitMethod, fitBatch,
        ]
        let all = (fields + data).map { "\($0.utf8.count):\($0)" }.joined()
        let digest = SHA256.hash(data: Array(all.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        return IdempotencyKey(key: "page-" + key, digest: digest.joined())
    }

    /// What everybody sees of it when no name is given. Only a first word that is surely a program: others may be a part of a
    /// secret.
    private var shownName: String {
        let first = command.split(whereSeparator: \.isWhitespace).first ?? ""
        let isProgram = first.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        let program = first.split(separator: "/").last.map(String.init) ?? ""
        return isProgram && !program.isEmpty && program.utf8.count <= 60 ? program : "command"
    }

    /// As on the command line. The command is a shell's, since that is what people type.
    fileprivate var request: NewRequest {
        let isBlank = command.allSatisfy(\.isWhitespace)
        let selector = model.isEmpty ? gpus : "\(model):\(gpus.isEmpty ? "1" : gpus)"
        let wanted = selector.isEmpty ? nil : selector
        var request =
            if isTerminal { terminalRequest(wanted) } else if isNotebook { notebookRequest(wanted) } else {
                NewRequest(
                    name: name.isEmpty ? shownName : name, command: isBlank ? [] : ["/bin/sh", "-c", command],
                    directory: directory, gpus: wanted, time: time.isEmpty ? nil : time)
            }
        request.profile = profile.isEmpty ? nil : profile
        request.env = environment.isEmpty ? nil : environment
        request.data = data.isEmpty ? nil : data
        return request
    }

    fileprivate var isTerminal: Bool { kind == "terminal" }
    fileprivate var isNotebook: Bool { kind == "notebook" }

    private func notebookRequest(_ selector: String?) -> NewRequest {
        let isAtHome = directory.allSatisfy(\.isWhitespace)
        var request = NewRequest(
            name: name.isEmpty ? "notebook" : name, command: [], directory: isAtHome ? "/" : directory,
            environment: ["LANG=C.UTF-8"], gpus: selector, time: time.isEmpty ? nil : time)
        request.session = SessionWish(kind: "notebook")
        return request
    }

    /// The user's own shell as at a login, or bash where they have none to type in.
    private static let shell = #"""
        case "$SHELL" in
        ""|*/sh|*/nologin|*/false) ;;
        *) command -v "$SHELL" >/dev/null 2>&1 && exec "$SHELL" -l ;;
        esac
        command -v bash >/dev/null 2>&1 && exec bash -l
        exec sh -l
        """#

    /// In the user's own folder where none was named.
    private func terminalRequest(_ selector: String?) -> NewRequest {
        let isAtHome = directory.allSatisfy(\.isWhitespace)
        var request = NewRequest(
            name: name.isEmpty ? "terminal" : name, command: ["sh", "-c", (isAtHome ? "cd \"$HOME\"\n" : "") + Self.shell],
            directory: isAtHome ? "/" : directory,
            environment: ["TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"], gpus: selector,
            time: time.isEmpty ? nil : time)
        // Until a window says how large it is.
        request.terminal = TerminalWish(rows: 24, columns: 80, shell: true)
        return request
    }
}
