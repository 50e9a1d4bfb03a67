import Digest
import JSON

/// What the flags of the client commands say.
struct ClientOptions: Sendable {
    var url = ServerURL.standard
    var key: String?
    var data: String?
    var isRaw = false
    /// Whether events are printed as they happen.
    var isFollowing = false
    /// Whether the end of the run decides the exit status.
    var wantsExitStatus = false
    /// The workspace that the request is about, for a key of a whole organization.
    var workspace: String?
    /// Members of the request's body and of its query, as the flags of one command set them.
    var body: JSONObject = [:]
    var query: [(name: String, value: String)] = []
    var labels: JSONObject = [:]
    var idempotencyKey: String?
    /// How long a stop waits for the end of the run.
    var waitSeconds: Int64?

    /// The path with the query behind it.
    func target(_ path: String) -> String {
        let pairs = query.map { "\($0.name)=\(percentEncoded($0.value))" }
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    /// The workspace to name in the field. Where the body says for which workspace a key is made,
    /// only an organization's key names one as well: for the others that would be where they act.
    func workspace(for key: String?, saidInBody place: JSONValue?) -> String? {
        let isOfOrganization = key.flatMap(KeyToken.init(parsing:))?.kind == .organization
        return place == nil || isOfOrganization ? workspace : nil
    }

    /// The key to send: the one given, else that of the data folder given, else that of the folder
    /// where a server started here would keep it.
    /// - Throws: status 64 when a folder was given and holds no readable key.
    func credential() throws(Exit) -> String? {
        if let key { return key }
        let folder = data ?? ServeSettings.standardData
        guard let bytes = contents(of: AdminKey.path(in: folder), bytesMax: AdminKey.bytesMax),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            if let data {
                throw Exit(.usage, "cannot read \(AdminKey.path(in: data)): \(systemError())")
            }
            return nil
        }
        return String(text.prefix { $0 != "\n" })
    }
}

extension ServerURL {
    /// Where `serve` listens when nothing else is said.
    static let standard = ServerURL(host: "127.0.0.1", port: 8080)
}
