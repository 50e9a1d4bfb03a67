import Runs

/// How the native API spells what the engine knows. What is new there has to be spelt here.
extension RunState {
    var word: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .waiting: "waiting"
        case .paused: "paused"
        case .failing: "failing"
        case .stopping: "stopping"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    init?(word: String) {
        guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = state
    }
}

extension StepState {
    var word: String {
        switch self {
        case .pending: "pending"
        case .queued: "queued"
        case .running: "running"
        case .waiting: "waiting"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}

extension How {
    var word: String {
        switch self {
        case .unstarted: "unstarted"
        case .clean: "clean"
        case .forced: "forced"
        case .lost: "lost"
        }
    }
}

extension StopMode {
    var word: String {
        switch self {
        case .cancel: "cancel"
        case .terminate: "terminate"
        case .delete: "delete"
        }
    }
}

extension Style {
    var word: String {
        switch self {
        case .native: "native"
        case .feather: "feather"
        case .extend: "extend"
        case .wexa: "wexa"
        case .agno: "agno"
        case .kubiya: "kubiya"
        }
    }
}

extension Role {
    var word: String {
        switch self {
        case .owner: "owner"
        case .admin: "admin"
        case .operator: "operator"
        case .worker: "worker"
        case .viewer: "viewer"
        }
    }

    init?(word: String) {
        guard let role = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = role
    }
}

extension KeyKind {
    var word: String {
        switch self {
        case .instance: "instance"
        case .organization: "organization"
        case .workspace: "workspace"
        }
    }
}

extension Thing {
    var word: String {
        switch self {
        case .run: "run"
        case .workflow: "workflow"
        case .task: "task"
        case .key: "key"
        case .workspace: "workspace"
        }
    }
}

extension Signal {
    var word: String {
        switch self {
        case .start: "start"
        case .wait: "wait"
        case .proceed: "proceed"
        case .pause: "pause"
        case .resume: "resume"
        case .succeed: "succeed"
        case .fail: "fail"
        case .cancel: "cancel"
        case .terminate: "terminate"
        case .settle: "settle"
        case .expire: "expire"
        case .delete: "delete"
        }
    }
}

extension StepSignal {
    var word: String {
        switch self {
        case .unblock: "unblock"
        case .begin: "begin"
        case .complete: "complete"
        case .retry: "retry"
        case .fail: "fail"
        case .approve: "approve"
        case .reject: "reject"
        case .acknowledge: "stopped"
        case .release: "release"
        case .stop: "stop"
        case .cut: "cut"
        }
    }
}

extension Right {
    var word: String {
        switch self {
        case .read: "read"
        case .operate: "operate"
        case .work: "work"
        case .configure: "configure"
        case .keys: "keys"
        }
    }
}
