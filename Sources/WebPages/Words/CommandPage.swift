/// The page that tells what a command does: sentences of the API name commands, and who reads them in a browser has none.
struct CommandPage {
    /// As it stands within a sentence.
    let name: String
    let link: Link

    /// - Parameter command: `carrel ps --all`; nil: no page does the same.
    init?(_ command: Substring) {
        let words = command.split(separator: " ").map(String.init)
        guard words.first == "carrel", words.count > 1 else { return nil }
        switch (words[1], words.dropFirst(2).joined(separator: " ")) {
        case ("ps", ""), ("ps", "--all"): (name, link) = ("My work", Link("/work"))
        case ("gpus", ""), ("gpus", "--json"), ("queue", ""): (name, link) = ("GPUs now", Link("/"))
        case ("profile", ""): (name, link) = ("Get a GPU", Link("/get"))
        case ("data", ""): (name, link) = ("Data sets", Link("/data"))
        case ("env", "list"): (name, link) = ("Environments", Link("/environments"))
        case ("user", ""): (name, link) = ("Users", Link("/admin/users"))
        case ("user", let more) where more.hasPrefix("link ") || more.hasPrefix("enable "):
            let user = words[3...].joined(separator: " ")
            guard words.count == 4, user != "NAME" else { return nil }
            (name, link) = ("their page", .path("admin", "users", user))
        case ("team", ""): (name, link) = ("Teams", Link("/admin/teams"))
        case ("node", ""): (name, link) = ("Nodes", Link("/admin/nodes"))
        case ("reserve", ""): (name, link) = ("Reservations", Link("/admin/reservations"))
        case ("show", let id), ("why", let id):
            guard let number = Int64(id), number > 0 else { return nil }
            (name, link) = ("its page", .path("work", "\(number)"))
        default: return nil
        }
    }
}
