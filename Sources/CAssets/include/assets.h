// The API's documents, built into the program so that it needs no files beside it.
#pragma once
#include <stddef.h>

struct signalbox_asset {
    // The file's name without its ending: "native", "feather", ...
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t length;
};

// The asset of that number; NULL behind the last one.
const struct signalbox_asset *_Nullable signalbox_asset_at(size_t index);
