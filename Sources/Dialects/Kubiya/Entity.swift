import JSON
import RunEngine
import Runs

/// The agent or team that a run is an execution of, kept in the labels of the run.
struct Entity {
    let kind: EntityKind
    /// A workflow's UUID, or the free text of `executions/create`.
    let id: String

    var labels: [Label] { [Self.kindLabel(kind), Self.idLabel(id)] }

    static func kindLabel(_ kind: EntityKind) -> Label {
        Label(name: kindName, value: kind.rawValue)
    }

    static func idLabel(_ id: String) -> Label { Label(name: idName, value: id) }

    /// The entity of a run; nil for one that was started in another style.
    init?(_ labels: [Label]) {
        guard let kind = labels.first(where: { $0.name == Self.kindName }),
            let id = labels.first(where: { $0.name == Self.idName }),
            let known = EntityKind(rawValue: kind.value)
        else { return nil }
        self.init(kind: known, id: id.value)
    }

    init(kind: EntityKind, id: String) {
        self.kind = kind
        self.id = id
    }

    /// The kind that the workflow id of a run is spelled with. Only runs started in this style can
    /// be a team's, so a stop of any other needs no look-up.
    static func kind(_ outcome: Outcome) throws -> EntityKind {
        guard outcome.run.origin == .kubiya else { return .agent }
        return Entity(try outcome.details().data.labels)?.kind ?? .agent
    }

    private static let kindName = "kubiya.execution_type"
    private static let idName = "kubiya.entity_id"
}
