/// What is installed into an environment.
package struct EnvironmentRecipe: Hashable, Sendable {
    /// As pip takes them, JupyterLab among them; no option can be among them.
    package let requirements: [String]
    /// What its user should know, a sentence each.
    package let notes: [String]

    /// Why something can't be installed.
    package enum Fault: Error, Hashable, Sendable {
        /// Neither a framework nor the name of a package with its versions.
        case notAPackage(String)
        case tooMany(count: Int, most: Int)

        package var words: String {
            switch self {
            case .notAPackage(let text):
                "“\(text)” is no package; write its name, with a version if it must be: numpy, torch==2.9.1, jax[cuda12]. "
                    + "Short words are pytorch, tensorflow, jax and jupyter."
            case .tooMany(let count, let most):
                "\(count) packages are more than the \(most) that one command takes; install the others with pip afterwards."
            }
        }
    }

    package static let mostPackages = 100

    /// - Parameter wishes: frameworks by their word, packages as pip takes them; may be empty.
    package init(_ wishes: [String], driver: DriverVersion?) throws(Fault) {
        guard wishes.count <= Self.mostPackages else { throw .tooMany(count: wishes.count, most: Self.mostPackages) }
        // So that every environment can be opened as a notebook.
        var requirements = ["jupyterlab", "ipykernel"], notes: [String] = []
        for wish in wishes {
            if let framework = Framework(word: wish) {
                let fit = FrameworkFit.of(framework, driver: driver)
                for requirement in fit.requirements where !requirements.contains(requirement) {
                    requirements.append(requirement)
                }
                if let note = fit.note, !notes.contains(note) { notes.append(note) }
            } else {
                guard Self.isRequirement(wish) else { throw .notAPackage(wish) }
                if !requirements.contains(wish) { requirements.append(wish) }
            }
        }
        self.requirements = requirements
        self.notes = notes
    }

    /// A name with extras and versions. No option, path or address: those would have pip read or run what nobody meant.
    package static func isRequirement(_ text: String) -> Bool {
        guard (1...200).contains(text.utf8.count), let first = text.unicodeScalars.first, isPlain(first) else {
            return false
        }
        return text.unicodeScalars.allSatisfy { isPlain($0) || "._-[],=<>!~*+".unicodeScalars.contains($0) }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
}
