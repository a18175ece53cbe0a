/// A page while it is written, straight into bytes. Whatever it is given as a `String` is text and stays text; markup comes from
/// the cases of `Tag` and from literals in the source, and from nowhere else.
package struct HTML: Sendable {
    /// UTF-8.
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: of how many bytes the page may come to be; less only costs time.
    package init(capacity: Int = 16_384) { bytes.reserveCapacity(capacity) }

    /// An element with what is written into it.
    mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute?..., content: (inout HTML) -> Void) {
        open(tag, attributes)
        content(&self)
        close(tag)
    }

    /// An element with text in it.
    mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute?..., text: String) {
        open(tag, attributes)
        self.text(text)
        close(tag)
    }

    /// An element without content.
    mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute?...) {
        open(tag, attributes)
        if !tag.isVoid { close(tag) }
    }

    /// An `input`, of which some attributes are given by whoever asks for it.
    mutating func input(_ attributes: [Attribute?]) { open(.input, attributes) }

    /// Text, whoever wrote it: what means something in HTML is escaped, and control characters show as unknown ones.
    mutating func text(_ text: String) { Escaping.append(text.utf8, to: &bytes) }

    /// Markup that stands in the source.
    mutating func markup(_ markup: Markup) { bytes.append(contentsOf: markup.text.utf8Buffer) }

    private mutating func open(_ tag: Tag, _ attributes: [Attribute?]) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: tag.rawValue.utf8)
        for case let attribute? in attributes { attribute.append(to: &bytes) }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ tag: Tag) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: tag.rawValue.utf8)
        bytes.append(UInt8(ascii: ">"))
    }
}

/// Markup as it is; only a literal can make one, so that nothing from outside ever does.
struct Markup: ExpressibleByStringLiteral, Sendable {
    let text: StaticString

    init(stringLiteral text: StaticString) { self.text = text }
}

extension StaticString {
    /// Its bytes, for as long as the program runs.
    var utf8Buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
