/// What a head may be at most. Source: reliability rules, section 7.
package struct HeadLimits: Sendable {
    /// Method, target and version; more is 414.
    package var requestLineBytesMax = 8 * 1024
    /// One field line; more is 431.
    package var fieldBytesMax = 16 * 1024
    /// All field lines together; more is 431.
    package var fieldsBytesMax = 32 * 1024
    /// Field lines; more is 431.
    package var fieldsMax = 100
    /// A longer method is not one we know: 501.
    package var methodBytesMax = 24
    /// Empty lines in front of the request line; more is 400.
    package var emptyLinesMax = 4

    package init() {}
}
