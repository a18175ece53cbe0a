import Testing

@Suite struct PageRuleTests {
    private let folder = "/wo" + "rk/"
    private let home = "/ro" + "ot/"

    @Test func foldersOfOneMachineAreFound() {
        for text in ["see \(folder)main", "`\(home).ssh`", "(\(folder)a)", "a\n=\(folder)", "\"\(home)x\""] {
            let found = PathRules.check("Docs/a.md", text)
            #expect(found.count == 1, "\(text)")
            #expect(found.first?.place == "Docs/a.md:\(text.contains("\n") ? 2 : 1)")
        }
    }

    @Test func pathsThatOnlyLookAlikeAreLeftAlone() {
        for text in [
            "a\(folder)b", "https://example.org\(folder)x", "$HOME\(folder)x", "../x\(home)y", "work/", "~\(folder)",
            "\"\(folder)7\"", "`\(folder)ID`", "\(folder)\\(id)/keep",
        ] {
            #expect(PathRules.check("Docs/a.md", text) == [], "\(text)")
        }
    }

    @Test func linksThatLeadNowhereAreFound() {
        let text = """
            [good](../README.md) and [bad](nowhere.md), `[code](no.md)`
            ```
            [in code](no.md)
            ```
            ![picture](missing.svg "title") [out](../../outside.md)
            [web](https://example.org) [mail](mailto:a@example.org)
            [here](#a-heading) [there](../README.md#the-first-minute) [gone](#no-heading) [gone](../README.md#no)
            [name]: also-nowhere.md
            [folder](../Docs) [from the root](/README.md)
            """
        let pages = ["README.md": "# Carrel\n## The first minute\n", "Docs/page.md": "# A heading\n" + text]
        let found = LinkRules.check(
            "Docs/page.md", text, exists: { pages[$0] != nil || $0 == "Docs" }, page: { pages[$0] })
        #expect(
            found.map(\.rule) == [
                "the link nowhere.md leads to no file", "the link missing.svg leads to no file",
                "the link ../../outside.md leads to no file", "the link #no-heading leads to no heading",
                "the link ../README.md#no leads to no heading", "the link also-nowhere.md leads to no file",
            ])
        #expect(found.map(\.place) == [1, 5, 5, 7, 7, 8].map { "Docs/page.md:\($0)" })
    }

    @Test func anchorsAreThoseThatGitHubMakes() {
        let text = "# A `b` c\n## C & D: e-f\n```\n# no heading\n```\n#nor this\n### A b c\n#### Größe 2_3\n"
        #expect(LinkRules.anchors(text) == ["a-b-c", "c--d-e-f", "a-b-c-1", "größe-2_3"])
    }

    @Test func everyFindingSaysWhereWhatWhyAndWhatInstead() {
        let found = PathRules.check("a.md", folder)
        #expect(
            found.map(\.description) == [
                "a.md:1: names the folder \(folder.dropLast()). Why: it is there on one machine only. "
                    + "Instead: name it from the repository's root, or with a variable."
            ])
    }
}
