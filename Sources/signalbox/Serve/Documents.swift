import CAssets

/// The API's documents that are built into the program.
enum Documents {
    /// What `/openapi/<name>.json` answers, by name.
    static func all() -> [String: [UInt8]] {
        var documents: [String: [UInt8]] = [:]
        var index = 0
        while let asset = signalbox_asset_at(index)?.pointee {
            let bytes = UnsafeBufferPointer(start: asset.bytes, count: asset.length)
            documents[String(cString: asset.name)] = Array(bytes)
            index += 1
        }
        return documents
    }
}
