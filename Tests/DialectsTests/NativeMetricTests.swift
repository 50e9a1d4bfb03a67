import Native
import Testing

/// Prometheus' text format.
@Suite struct NativeMetricTests {
    @Test func text() {
        let metrics = [
            Metric(.gauge, "open", 3, "Open\n\\ones."),
            Metric(
                .counter, "seen_total", by: "what", [("a\"b\\c\n", 1e15), ("é", 0.25)], "Seen."),
            Metric(.counter, "none_total", by: "what", [], "None."),
        ]
        #expect(
            String(decoding: Native.text(of: metrics), as: UTF8.self) == """
                # HELP open Open\\n\\\\ones.
                # TYPE open gauge
                open 3
                # HELP seen_total Seen.
                # TYPE seen_total counter
                seen_total{what="a\\"b\\\\c\\n"} 1000000000000000
                seen_total{what="é"} 0.25
                # HELP none_total None.
                # TYPE none_total counter

                """)
    }
}
