/// An API style: the vendor whose documents a request was written against, or our own.
package enum Style: String, CaseIterable, Sendable {
    case native
    case feather
    case extend
    case wexa
    case agno
    case kubiya
}
