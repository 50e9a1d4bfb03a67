import Glibc
import HTTP

/// An IPv4 or IPv6 address with a port, or a path, as the system's calls want it.
struct SocketAddress {
    private(set) var storage = sockaddr_storage()
    private(set) var length: socklen_t

    /// An address written in digits, or `localhost` for 127.0.0.1.
    /// - Throws: `.address` for anything else: names are not looked up.
    init(_ text: String, port: UInt16) throws(ServerError) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, text == "localhost" ? "127.0.0.1" : text, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
        } else if inet_pton(AF_INET6, text, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
        } else {
            throw .address(text)
        }
    }

    /// The address of a Unix socket.
    /// - Throws: `.address` for a path that is empty, holds a NUL or does not fit.
    init(path: String) throws(ServerError) {
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        let isSet = withUnsafeMutableBytes(of: &local.sun_path) { place in
            let bytes = Array(path.utf8)
            // A byte is left for the NUL that ends it.
            guard !bytes.isEmpty, !bytes.contains(0), bytes.count < place.count else {
                return false
            }
            place.copyBytes(from: bytes)
            return true
        }
        guard isSet else { throw .address(path) }
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: local, as: sockaddr_un.self) }
    }

    /// An address that a call filled in.
    init(filledBy call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Void) {
        var filled = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &filled) }
        }
        length = filled
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The port, for both families at the same place.
    var port: UInt16 {
        withUnsafeBytes(of: storage) {
            UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// Who this is, for those who decide by the address.
    var peer: Peer {
        if family == AF_UNIX { return .unix }
        return withUnsafeBytes(of: storage) { bytes in
            // The address stands at 4 in sockaddr_in and at 8 in sockaddr_in6.
            if family == AF_INET {
                return bytes[4] == 127 ? .loopback : .address(text(bytes, at: 4, AF_INET))
            }
            let address = bytes[8..<24]
            let isMapped = address.elementsEqual(
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] + address.suffix(4))
            if isMapped {
                return bytes[20] == 127 ? .loopback : .address(text(bytes, at: 20, AF_INET))
            }
            let isLoopback = address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
            return isLoopback ? .loopback : .address(text(bytes, at: 8, AF_INET6))
        }
    }

    /// The address without the port; nil for a Unix socket.
    var network: NetworkAddress? {
        withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET: NetworkAddress(bytes: Array(bytes[4..<8]))
            case AF_INET6: NetworkAddress(bytes: Array(bytes[8..<24]))
            default: nil
            }
        }
    }

    /// Under what its connections are counted; nil for those of this machine, which are not.
    var counted: String? {
        if case .address = peer { network?.site.text } else { nil }
    }

    /// Calls with the address as `bind` and `connect` take it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    private func text(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ family: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let address = bytes.baseAddress?.advanced(by: offset),
                let start = buffer.baseAddress,
                inet_ntop(family, address, start, socklen_t(buffer.count)) != nil
            else { return "unknown" }
            return String(cString: start)
        }
    }
}
