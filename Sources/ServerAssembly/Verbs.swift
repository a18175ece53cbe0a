package import ArgumentParser

package let assemblyVerbs: [any ParsableCommand.Type] = [
    UpCommand.self, DoctorCommand.self, ProbeCommand.self, RestoreCommand.self,
]
