import Testing

/// The rules of the house, asked of this repository.
@Suite struct RepositoryTests {
    /// Read once: reading is most of the work.
    private static let read: (repository: Repository, files: [SourceFile])? = (try? Repository.containing()).map {
        ($0, $0.swiftFiles())
    }

    private let repository: Repository
    private let files: [SourceFile]

    init() throws {
        (repository, files) = try #require(Self.read, "there is no Package.swift above \(#filePath)")
        try #require(files.count > 50, "only \(files.count) Swift files were found below \(repository.name)")
    }

    @Test func thePackagesArrowsAreThoseOfTheDesign() throws {
        let manifest = try PackageManifest.read(repository)
        #expect(manifest.targets.count > 3)
        expectNone(ArrowRules.check(manifest))
    }

    @Test func importsAreThoseOfTheDesign() { expectNone(files.flatMap(ArrowRules.check)) }

    @Test func pureRoomsReadNoClockAndRollNoDice() { expectNone(files.flatMap(PurityRules.check)) }

    @Test func pureRoomsGoThroughNoDictionaryAndNoSet() { expectNone(HashOrderRules.check(files)) }

    @Test func nothingIsForcedOrLeftUndone() {
        let others = texts { $0.hasPrefix("Sources/") && ($0.hasSuffix(".c") || $0.hasSuffix(".h")) }
        expectNone(files.flatMap(MarkRules.check) + others.flatMap { MarkRules.marks($0.path, lines(of: $0.text)) })
    }

    @Test func filesAndFunctionsAreShort() {
        let sources = texts { path in
            (path.hasPrefix("Sources/") || path.hasPrefix("Tests/"))
                && [".swift", ".c", ".h"].contains(where: path.hasSuffix)
        }
        expectNone(sources.flatMap { LengthRules.check($0.path, lines: lines(of: $0.text)) })
        expectNone(files.flatMap { LengthRules.check($0) })
    }

    @Test func whatOtherRoomsCallIsExplained() { expectNone(files.flatMap(DocumentationRules.check)) }

    @Test func nothingNamesAFolderOfOneMachine() {
        expectNone(texts { _ in true }.flatMap { PathRules.check($0.path, $0.text) })
    }

    @Test func linksLeadSomewhere() {
        let pages = texts { $0.hasSuffix(".md") }
        #expect(!pages.isEmpty)
        expectNone(
            pages.flatMap { LinkRules.check($0.path, $0.text, exists: repository.exists, page: repository.text) })
    }

    private func texts(_ fits: (String) -> Bool) -> [(path: String, text: String)] {
        repository.paths().filter(fits).compactMap { path in repository.text(path).map { (path, $0) } }
    }

    private func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        for finding in findings { Issue.record("\(finding)", sourceLocation: sourceLocation) }
    }
}
