import Foundation
import SoftwareStack

extension EnvironmentTrouble {
    /// What happened, what was kept, and what to do next.
    package var words: String {
        switch self {
        case .notAName(let name):
            "“\(name)” is no name for an environment: letters, digits and . _ - after a letter or digit, at most 64 of them."
        case .noHome:
            "This work has no home folder that stays, so it can't have an environment of its own. Nothing was made. "
                + "Ask as an ordinary user, or make a shared one: carrel env create NAME --shared"
        case .exists(let name):
            "There is an environment \(name) already; it was left as it is. Take another name, or remove it first: carrel env remove \(name)"
        case .missing(let name): "There is no environment \(name); `carrel env list` shows those there are."
        case .busy(let name):
            "The environment \(name) is being made or removed by somebody else just now; nothing was done. Try again later."
        case .notOurs(let folder): "\(folder) is no folder that this user may change; nothing was done."
        case .noPython(let asked?):
            "\(asked) is no Python that can be run here; nothing was made. Name one with its whole path: --python /usr/bin/python3"
        case .noPython(nil):
            "There is no python3 in the work's PATH; nothing was made. Install one (apt-get install python3 python3-venv), or name it with --python."
        case .noVenv(let python):
            "\(python) could not make a virtual environment: its words are above. Nothing was kept. On Debian and Ubuntu that needs: apt-get install python3-venv"
        case .wheelhouseMissing(let path):
            "The folder \(path) can't be read by the work's user; nothing was made. The wheels lie in a folder that this user can read, and not under /tmp, which work has of its own."
        case .noNetwork:
            "This machine has no way to any network, so pip can't download anything. Nothing was made. Put the wheels into a folder and name it with --wheelhouse DIR, or set PIP_INDEX_URL or HTTPS_PROXY."
        case .notInstalled(let requirements, let python):
            "pip could not install \(requirements.joined(separator: ", ")): its words are above. Nothing was kept. Most often a name or a version does not exist for \(python), "
                + "the network or its proxy (HTTPS_PROXY, PIP_INDEX_URL) does not answer, or a wheel is missing from --wheelhouse."
        case .diskFull(let folder, let free):
            "The disk of \(folder) is full (\(free / 1_000_000) MB are free). Nothing was kept. Free some room, or remove an environment: carrel env list"
        case .recipe(let fault): fault.words + " Nothing was made."
        case .system(let doing, let code):
            "It was not possible to \(doing): \(String(cString: strerror(code))). Nothing was kept."
        }
    }
}
