package import ArgumentParser
import WireModel

package let version = CarrelVersion.text

package let workVerbs: [any ParsableCommand.Type] = [
    RunCommand.self, ShellCommand.self, NotebookCommand.self, AttachCommand.self, OpenCommand.self, ShareCommand.self,
    LogsCommand.self, PsCommand.self, ShowCommand.self,
    WhyCommand.self,
    EnvCommand.self, DataCommand.self, FilesCommand.self, ExtendCommand.self, ReturnCommand.self, ReceiptCommand.self,
    KeepCommand.self,
]

package let poolVerbs: [any ParsableCommand.Type] = [
    GPUsCommand.self, TopCommand.self, QueueCommand.self, ReserveCommand.self, NodeCommand.self, QuarantineCommand.self,
    ReportCommand.self, LimitsCommand.self,
]

package let planningVerbs: [any ParsableCommand.Type] = [PlanCommand.self, CompareCommand.self, CatalogCommand.self]

package let administrationVerbs: [any ParsableCommand.Type] = [
    RevokeCommand.self, TeamCommand.self, PolicyCommand.self, ProfileCommand.self, UserCommand.self, TokenCommand.self,
    LoginCommand.self,
    LogoutCommand.self, AuditCommand.self, BackupCommand.self,
    ExportCommand.self,
]
