import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WireModel

/// The page where people sign in: plain, whole without scripts, and in no frame.
enum SignInPage {
    enum Content {
        /// A link: nothing happens before a person presses the button, since scanners and previews open links too.
        case link(ticket: String, user: String)
        case form
        case signedIn(user: String, hasPassword: Bool)
        /// Only words and the way back to the form.
        case words
    }

    private static let style = """
        :root{color-scheme:light dark}*{box-sizing:border-box}
        body{margin:0;font:1rem/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;padding:1rem}
        main{width:100%;max-width:24rem}h1{font-size:1.5rem;margin:0 0 1rem}
        label{display:block;margin:.75rem 0 .25rem}
        input{width:100%;font:inherit;padding:.5rem;border:1px solid #767676;border-radius:.25rem}
        button{width:100%;margin-top:1rem;padding:.6rem;font:inherit;border:0;border-radius:.25rem;background:#0b5cad;color:#fff}
        button.plain{background:#5a5a5a}
        input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #f0a000;outline-offset:2px}
        .message{border-left:4px solid #c62828;padding:.25rem .75rem;margin:0 0 1rem}
        """

    private static let styleHash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()

    static func response(
        _ content: Content, message: String? = nil, next: String? = nil, status: HTTPResponse.Status = .ok,
        cookie: String? = nil
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'sha256-\(styleHash)'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            // The address may hold a ticket: no other site shall be told it.
            HTTPField.Name("Referrer-Policy")!: "same-origin",
        ]
        if let cookie { headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: html(content, message, next))))
    }

    private static func html(_ content: Content, _ message: String?, _ next: String?) -> String {
        let message = message.map { "<p class=\"message\" role=\"alert\">\($0.asHTML)</p>\n" } ?? ""
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title(content)) · Carrel</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            <h1>\(title(content))</h1>
            \(message)\(body(content, next.map { "<input type=\"hidden\" name=\"next\" value=\"\($0.asHTML)\">\n" } ?? ""))
            </main>
            </body>
            </html>

            """
    }

    private static func title(_ content: Content) -> String {
        switch content {
        case .link, .form, .words: "Sign in"
        case .signedIn: "You are signed in"
        }
    }

    private static func body(_ content: Content, _ next: String) -> String {
        switch content {
        case .link(let ticket, let user):
            """
            <p>This link signs you in as <strong>\(user.asHTML)</strong>, once.</p>
            <form method="post" action="/sign-in">
            <input type="hidden" name="ticket" value="\(ticket.asHTML)">
            \(next)<button type="submit" autofocus>Sign in as \(user.asHTML)</button>
            </form>
            """
        case .form:
            """
            <form method="post" action="/sign-in">
            <label for="name">Name</label>
            <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            \(next)<button type="submit">Sign in</button>
            </form>
            <p>No password? On the server's machine, <code>carrel user link</code> prints a link that signs you in. Otherwise an
            administrator makes one for you.</p>
            """
        case .signedIn(let user, let hasPassword):
            """
            <p>As <strong>\(user.asHTML)</strong>.</p>
            <form method="post" action="/sign-out"><button type="submit" class="plain">Sign out</button></form>
            <h2>\(hasPassword ? "Change the password" : "Set a password")</h2>
            <form method="post" action="/sign-in/password">
            <input type="hidden" name="username" autocomplete="username" value="\(user.asHTML)">
            \(hasPassword ? currentPassword : "")<label for="new">New password, at least 10 characters</label>
            <input id="new" name="password" type="password" autocomplete="new-password" minlength="10" required>
            <button type="submit">Set the password</button>
            </form>
            """
        case .words: "<p><a href=\"/sign-in\">To the sign-in page</a></p>"
        }
    }

    private static let currentPassword = """
        <label for="current">Password until now</label>
        <input id="current" name="current" type="password" autocomplete="current-password" required>

        """
}

extension String {
    /// As text or as a quoted attribute of a page.
    var asHTML: String {
        reduce(into: "") { text, letter in
            switch letter {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.append(letter)
            }
        }
    }
}
