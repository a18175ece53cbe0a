/// The address of a request's page: `workPage("7")` of request 7.
func workPage(_ rest: String) -> String { ["", "work", rest].joined(separator: "/") }
