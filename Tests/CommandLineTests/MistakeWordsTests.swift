import ArgumentParser
import Foundation
import Glibc
import Testing
import WireModel

@testable import CommandLine

/// Slips that are found before a server is asked.
@Suite("What is said about slips on the command line")
struct MistakeWordsTests {
    private func mistake(_ line: String) -> String {
        VerbTree(workVerbs + administrationVerbs).mistake(in: line.split(separator: " ").map(String.init)) ?? ""
    }

    private func error<Verb: ParsableCommand>(_ verb: Verb.Type, _ words: [String]) -> String {
        do {
            _ = try verb.parse(words)
            return ""
        } catch { return verb.message(for: error) }
    }

    @Test(
        "a verb of another tool after a verb that has verbs is answered with what does it here",
        arguments: [
            ("user remove anna", "did you mean disable?"), ("user rm anna", "did you mean disable?"),
            ("team delete vision", "did you mean remove?"), ("team create vision", "did you mean set?"),
            ("env delete torch", "did you mean remove?"), ("files copy a", "did you mean put?"),
            ("team show vision", "did you mean list?"),
        ])
    func otherTools(line: String, words: String) { #expect(mistake(line).contains(words), "\(mistake(line))") }

    @Test(
        "a name that is empty is found before it becomes part of an address",
        arguments: [
            ["team", "set", ""], ["team", "remove", ""], ["profile", "set", "", "--gpus", "1"], ["data", "show", ""],
            ["user", "link", ""], ["user", "add", "bob", "--unix-user", ""], ["ps", "--user="], ["share", "1", ""],
            ["team", "remove", "--json", ""], ["team", "remove", "--", ""],
        ])
    func emptyNames(words: [String]) {
        let said = VerbTree(workVerbs + poolVerbs + administrationVerbs).mistake(in: words) ?? ""
        #expect(said.contains("is empty"), "\(said)")
    }

    @Test(
        "what may be empty is left alone",
        arguments: [
            ["data", "set", "x", "--about", ""], ["run", "--", "printf", ""], ["user", "set", "a", "--display-name", ""],
        ])
    func emptyTexts(words: [String]) { #expect(VerbTree(workVerbs + administrationVerbs).mistake(in: words) == nil) }

    @Test("a user's name where an option takes it")
    func names() {
        let verbs = VerbTree(workVerbs + poolVerbs + administrationVerbs)
        #expect(verbs.mistake(in: ["limits", "anna"])?.contains("carrel limits --user anna") == true)
        #expect(verbs.mistake(in: ["limits", "--user", "anna"]) == nil)
        #expect(mistake("ps 3").contains("carrel show 3") && mistake("ps all").contains("carrel ps --all"))
        for words in [["audit", "7"], ["limits", "set"], ["ps", "3"], ["ps", "all"]] {
            #expect(verbs.mistake(in: words)?.contains("--user") == false, "\(words)")
        }
    }

    @Test(
        "a word where a request's number belongs",
        arguments: [
            ("why abc", "“abc” is no number of a request"), ("share nosuch", "Example: carrel share 12 ben"),
            ("share ben 12", "carrel share 12 ben"), ("extend 1h 7", "carrel extend 7 1h"),
            ("revoke --reason noon abc", "“abc” is no number"),
        ])
    func numbers(line: String, words: String) { #expect(mistake(line).contains(words), "\(mistake(line))") }

    @Test("numbers that are right are left alone", arguments: ["why 7", "return 1 2", "logs --data-dir x 7", "extend 7 1h"])
    func rightNumbers(line: String) { #expect(mistake(line).isEmpty, "\(mistake(line))") }

    @Test("the team's name, empty names, and two things that exclude each other")
    func teams() throws {
        #expect(error(TeamCommand.Set.self, ["--add", "ben", "vision"]).contains("carrel team set vision --add ben"))
        #expect(error(TeamCommand.Set.self, ["vision", "--add", "bob,"]).contains("a name in it is empty"))
        #expect(error(TeamCommand.Set.self, ["vision", "--limit", "2", "--no-limit"]).contains("say one of them"))
        let set = try TeamCommand.Set.parse(["vision", "--add", "ann,ben", "carl"])
        #expect(set.adding == ["ann", "ben", "carl"])
    }

    @Test("a number of the policy that can't be read is named with its option")
    func policy() {
        #expect(error(PolicyCommand.self, ["--hold-after", "soon"]).contains("--hold-after: “soon” is no time"))
        #expect(error(PolicyCommand.self, ["--limit", "user=:none"]).contains("user=NAME"))
    }

    @Test("a limit of nothing is said as that")
    func zero() throws {
        #expect(try LimitView(typed: "user=a:gpus=0,hours=0").words == "no GPU, no GPU-hours")
    }

    @Test("files: where to is said by an option, and one at a time")
    func get() {
        #expect(error(FilesGetCommand.self, ["my/a", "b"]).contains("carrel files get my/a -o b"))
        #expect(error(FilesGetCommand.self, ["my/a", "my/b"]).contains("One file at a time"))
    }

    @Test("files: a team's folder is a place as one's own is, and needs the team's name")
    func places() {
        #expect(FilePlaces.isFolder("teams/vision") && FilePlaces.isFolder("my") && FilePlaces.isFolder("my/a/"))
        #expect(!FilePlaces.isFolder("teams/vision/a") && !FilePlaces.isFolder("my/a"))
        #expect(error(FilesPutCommand.self, ["x.csv", "teams"]).contains("Which team?"))
    }

    @Test("how a browser elsewhere comes to this machine's own address, where it does not by itself")
    func way() {
        let words = SessionOpener.way(to: "http://s-3.localhost:8642/.carrel/enter?x=1", host: "gpu-1")
        #expect(words?.contains("ssh -N -L 8642:127.0.0.1:8642 gpu-1`") == true)
        #expect(SessionOpener.way(to: "http://127.0.0.1:80/a", host: "gpu-1") != nil)
        #expect(SessionOpener.way(to: "https://s-3.gpus.example.org/.carrel/enter", host: "gpu-1") == nil)
    }

    @Test("what can't be sent is found before anything is, and a pipe is not opened")
    func sending() throws {
        let folder = NSTemporaryDirectory() + "/carrel-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/b", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = FileManager.default.createFile(atPath: folder + "/a", contents: Data("x".utf8))
        _ = FileManager.default.createFile(atPath: folder + "/b/a", contents: Data())
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(LocalFile(path: folder + "/a").mistake == nil && LocalFile(path: "-").mistake == nil)
        #expect(LocalFile(path: folder + "/pipe").mistake?.contains("a pipe") == true)
        #expect(LocalFile(path: folder + "/pipe").open() == nil)
        #expect(LocalFile(path: "/dev/null").mistake?.contains("a device") == true)
        #expect(LocalFile(path: folder + "/b").mistake?.contains("is a folder") == true)
        #expect(LocalFile(path: folder + "/\u{FFFD}").mistake?.contains("no text") == true)
        #expect(LocalFile(path: folder + "/a\nb").mistake?.contains("\n") == false)
        #expect(LocalFile.doubled([LocalFile(path: folder + "/a"), LocalFile(path: folder + "/b/a")]).count == 1)
    }

    @Test("what another machine has its own of stays here")
    func variables() {
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HOME"] { #expect(WorkHere.isOfThisMachine("\(name)=/x")) }
        #expect(!WorkHere.isOfThisMachine("HTTPS_PROXY=http://proxy"))
    }
}
