/// The elements that pages are made of. Others, such as those that run or load what they are given, are not to be had, save in
/// the layout's own markup.
enum Tag: String, Sendable {
    case a, article, aside, bdi, body, br, button, code, col, dd, datalist, details, div, dl, dt, em, fieldset, figcaption,
        figure
    case footer, form, h1, h2, h3, head, header, hr, html, input, label, legend, li, link, main, meta, nav, ol, option, p,
        pre
    case section, select, small, span, strong, summary, table, tbody, td, textarea, tfoot, th, thead, time, title, tr, ul
    case caption, script, svg, g, path, polyline, rect, line
    case svgText = "text"

    var isVoid: Bool {
        switch self {
        case .br, .col, .hr, .input, .link, .meta: true
        default: false
        }
    }
}
