import Testing
import WebPages

/// What is true of every page.
enum Examination {
    /// Reads a page and complains about whatever no page may be like.
    @discardableResult
    static func examine(_ html: HTML, sourceLocation: SourceLocation = #_sourceLocation) throws -> Element {
        let page = try PageReader.read(html.bytes)
        #expect(page.name == "html" && page.attributes["lang"] == "en", sourceLocation: sourceLocation)
        #expect(page.all("title").count == 1 && page.all("h1").count == 1, sourceLocation: sourceLocation)
        #expect(page.all("main").count == 1, sourceLocation: sourceLocation)
        let ids = page.with("id").compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count, "an id is there twice: \(ids)", sourceLocation: sourceLocation)
        for name in ["for", "aria-labelledby", "aria-describedby"] {
            for element in page.with(name) {
                let target = element.attributes[name] ?? ""
                #expect(ids.contains(target), "\(name) names \(target)", sourceLocation: sourceLocation)
            }
        }
        scripts(of: page, sourceLocation)
        links(of: page, sourceLocation)
        controls(of: page, sourceLocation)
        return page
    }

    /// Nothing runs or is styled that the content policy would not let.
    private static func scripts(of page: Element, _ location: SourceLocation) {
        for element in page.all {
            for name in element.attributes.keys {
                #expect(!name.hasPrefix("on") && name != "style", "\(element.name) has \(name)", sourceLocation: location)
            }
            let isForbidden = ["style", "iframe", "object", "embed", "base", "img"].contains(element.name)
            #expect(!isForbidden, "there is a \(element.name)", sourceLocation: location)
        }
        for script in page.all("script") {
            #expect(script.text.isEmpty && script.attributes["src"] != nil, sourceLocation: location)
        }
    }

    private static func links(of page: Element, _ location: SourceLocation) {
        for name in ["href", "src", "action"] {
            for element in page.with(name) {
                let link = element.attributes[name] ?? ""
                let isOwn = link.hasPrefix("#") || link.hasPrefix("/") && !link.hasPrefix("//") && !link.contains("\\")
                #expect(isOwn, "\(element.name) leads to \(link)", sourceLocation: location)
            }
        }
    }

    /// Whatever one can press or fill in has a name, and what changes something is sent with POST.
    private static func controls(of page: Element, _ location: SourceLocation) {
        let labelled = Set(page.all("label").compactMap { $0.attributes["for"] })
        for control in page.all("input") + page.all("select") + page.all("textarea") {
            guard control.attributes["type"] != "hidden" else { continue }
            let id = control.attributes["id"] ?? ""
            #expect(labelled.contains(id), "\(control.name) \(id) has no label", sourceLocation: location)
        }
        for one in page.all("button") + page.all("a") + page.all("summary") {
            let name = one.attributes["aria-label"] ?? one.text
            #expect(name.contains { !$0.isWhitespace }, "a \(one.name) without a name", sourceLocation: location)
        }
        // A form that asks with GET leads to a page, and no page changes anything.
        for form in page.all("form") {
            #expect(["get", "post"].contains(form.attributes["method"]), sourceLocation: location)
        }
        for table in page.all("table") {
            #expect(table.all("th").contains { $0.attributes["scope"] == "col" }, sourceLocation: location)
        }
        for picture in page.all("svg") {
            let isTold = picture.attributes["aria-hidden"] == "true" || picture.attributes["aria-label"] != nil
            #expect(isTold, "a picture that says nothing", sourceLocation: location)
        }
    }
}
