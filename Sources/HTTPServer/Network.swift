import Glibc

/// An address of the Internet as a number. One of IPv4 written as IPv6 (`::ffff:192.0.2.1`) is one
/// of IPv4.
struct NetworkAddress: Hashable, Sendable {
    let isFour: Bool
    /// The address from its first bit on: 32 bits of it, or 128.
    let number: UInt128

    var bits: Int { isFour ? 32 : 128 }

    /// - Parameter text: of digits, dots and colons, without a port, brackets or a zone.
    init?(_ text: some Collection<UInt8>) {
        guard text.count < Int(INET6_ADDRSTRLEN), text.allSatisfy(Self.isAddressByte) else {
            return nil
        }
        let text = String(decoding: text, as: UTF8.self)
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: withUnsafeBytes(of: four) { Array($0) })
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(bytes: withUnsafeBytes(of: six) { Array($0) })
        } else {
            return nil
        }
    }

    /// - Parameter bytes: 4 or 16 of them.
    init(bytes: [UInt8]) {
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        let isMapped = bytes.count == 16 && number >> 32 == 0xffff
        isFour = bytes.count == 4 || isMapped
        self.number = isMapped ? number & 0xffff_ffff : number
    }

    private init(isFour: Bool, number: UInt128) {
        self.isFour = isFour
        self.number = number
    }

    /// The address of the network that one client is likely to have for itself: of IPv6 that of 64
    /// bits, any address of which it may use (RFC 4291, section 2.5.4).
    var site: NetworkAddress {
        isFour ? self : NetworkAddress(isFour: false, number: (number >> 64) << 64)
    }

    /// As a person would write it.
    var text: String {
        let shifts = stride(from: bits - 8, through: 0, by: -8)
        let bytes = shifts.map { UInt8(truncatingIfNeeded: number >> UInt128($0)) }
        var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isFour ? AF_INET : AF_INET6
        inet_ntop(family, bytes, &characters, socklen_t(characters.count))
        return String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

/// The addresses that begin alike: `10.0.0.0/8`, `fd00::/8`, or one address.
struct Network: Hashable, Sendable {
    private let first: NetworkAddress
    private let prefixBits: Int

    /// Nil for anything else, also for bits set behind the prefix: that is mostly a mistake, and of
    /// one that would be trusted with names.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = NetworkAddress(parts[0]) else { return nil }
        // The prefix of an address of IPv4 that is written as IPv6 counts from the longer one.
        let written = first.isFour && parts[0].contains(UInt8(ascii: ":")) ? 128 : first.bits
        guard let bits = parts.count == 2 ? Self.prefix(parts[1]) : written, bits <= written else {
            return nil
        }
        prefixBits = bits - (written - first.bits)
        self.first = first
        guard prefixBits >= 0, Self.kept(first, prefixBits) == first.number else { return nil }
    }

    func contains(_ address: NetworkAddress) -> Bool {
        address.isFour == first.isFour && Self.kept(address, prefixBits) == first.number
    }

    /// One to three digits without a zero in front.
    private static func prefix(_ text: Substring.UTF8View) -> Int? {
        let isNumber =
            (1...3).contains(text.count)
            && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && (text.count == 1 || text.first != UInt8(ascii: "0"))
        return isNumber ? Int(Substring(text)) : nil
    }

    /// The number with nothing behind the prefix.
    private static func kept(_ address: NetworkAddress, _ prefixBits: Int) -> UInt128 {
        let dropped = UInt128(address.bits - prefixBits)
        return dropped == 128 ? 0 : (address.number >> dropped) << dropped
    }
}
