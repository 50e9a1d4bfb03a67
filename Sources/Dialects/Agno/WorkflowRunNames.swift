import RunEngine
import Runs

extension RunName {
    /// Reads a `run_id`: a UUID, else the free text that a caller chose.
    package init(agno text: String) {
        self = RunID(text).map { .id($0) } ?? .alias(text)
    }
}

extension RunDetails {
    /// The id the run was started with.
    package var agnoID: String { alias ?? run.id.text }

    /// The session the run belongs to. One that was started without a session is a session of its
    /// own, named by the run's UUID: so a run of any style can be read here, where each read has to
    /// name a session.
    package var agnoSession: String { data.session ?? run.id.text }
}
