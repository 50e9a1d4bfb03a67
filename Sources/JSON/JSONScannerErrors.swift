extension JSONScanner {
    func error(_ syntax: JSONError.Syntax, at place: Int? = nil) -> JSONError {
        error(.syntax(syntax), at: place)
    }

    /// - Parameter place: in bytes; nil is where the scanner stands.
    func error(_ kind: JSONError.Kind, at place: Int? = nil) -> JSONError {
        // Bytes that are no text come before what is wrong in the text, as for all readers that
        // decode first: UTF-16 is "not UTF-8", not "expecting value".
        if let bad = firstByteThatIsNotUTF8 { return JSONError(.notUTF8, at: bad, in: input) }
        return JSONError(kind, at: place ?? offset, in: input)
    }

    private var firstByteThatIsNotUTF8: Int? {
        var decoder = UTF8.ForwardParser()
        var bytes = input.makeIterator()
        var good = 0
        while true {
            switch decoder.parseScalar(from: &bytes) {
            case .valid(let scalar): good += scalar.count
            case .emptyInput: return nil
            case .error: return good
            }
        }
    }
}

extension JSONError {
    fileprivate init(_ kind: Kind, at offset: Int, in input: UnsafeBufferPointer<UInt8>) {
        self.kind = kind
        self.offset = offset
        // Every character has one byte that is no continuation byte.
        characterOffset = input.prefix(offset).count { $0 & 0xC0 != 0x80 }
    }
}
