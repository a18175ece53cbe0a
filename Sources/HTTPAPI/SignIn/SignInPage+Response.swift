import HTTPTypes
import Hummingbird
import WebPages

extension SignInPage {
    /// - Parameters:
    ///   - ways: how one may sign in.
    ///   - cookie: what is set with it.
    static func response(
        _ content: Content, ways: SignInWays = SignInWays(), message: String? = nil, isGood: Bool = false,
        next: String? = nil,
        status: HTTPResponse.Status = .ok, cookie: String? = nil
    ) -> Response {
        let page = SignInPage(content, ways: ways, message: message, isGood: isGood, next: next)
        var response = Response.page(page.html(), status: status)
        if let cookie { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }
}
