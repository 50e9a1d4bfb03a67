// Replaced by the embedded files.
