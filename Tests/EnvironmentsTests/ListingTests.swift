import Foundation
import Glibc
import Testing

@testable import Environments

@Suite("Finding environments") struct ListingTests {
    private func touch(_ path: String, _ text: String = "") throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test("venvs and conda's are found where people keep them, each once, and other folders are not")
    func foreign() throws {
        let house = try Wheelhouse([]), home = house.scratch + "/home", here = house.scratch + "/project"
        func python(_ folder: String) throws {
            try touch("\(folder)/bin/python")
            chmod("\(folder)/bin/python", 0o755)
        }
        try python("\(here)/.venv")
        try touch("\(here)/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n")
        try python("\(home)/.virtualenvs/old")
        try touch("\(home)/.virtualenvs/old/pyvenv.cfg", "version_info = 3.9.2.final.0\n")
        try touch("\(home)/.virtualenvs/empty/readme")
        try python("\(home)/miniconda3/envs/ml")
        try touch("\(home)/miniconda3/envs/ml/conda-meta/python-3.11.5-h1_0.json")
        try touch("\(home)/.conda/environments.txt", "\(home)/miniconda3/envs/ml\n/gone\nrelative\n")
        let found = ForeignEnvironment.find(home: home, here: here)
        #expect(found.map { "\($0.kind) \($0.python ?? "")" } == ["venv 3.12.1", "venv 3.9.2", "conda 3.11.5"])
    }

    @Test("a record that is a link, a pipe, no JSON or too long counts as none")
    func records() throws {
        let house = try Wheelhouse([])
        let name = "carrel-environment.json"
        try touch("\(house.own)/broken/\(name)", "{")
        try touch("\(house.own)/long/\(name)", String(repeating: " ", count: (1 << 20) + 1))
        try touch("\(house.own)/link/other")
        symlink("/etc/passwd", "\(house.own)/link/\(name)")
        try touch("\(house.own)/pipe/other")
        mkfifo("\(house.own)/pipe/\(name)", 0o600)
        #expect(EnvironmentShelf(folder: house.own).environments.isEmpty)
        #expect(EnvironmentShelf(folder: "/nowhere").environments.isEmpty)
        #expect(EnvironmentShelf(folder: house.own).environment("../own/broken") == nil)
    }
}
