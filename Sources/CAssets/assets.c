#include "assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char native[] = {
#embed "../../openapi/native.json"
};
static const unsigned char feather[] = {
#embed "../../openapi/feather.json"
};
static const unsigned char extend[] = {
#embed "../../openapi/extend.json"
};
static const unsigned char wexa[] = {
#embed "../../openapi/wexa.json"
};
static const unsigned char agno[] = {
#embed "../../openapi/agno.json"
};
static const unsigned char kubiya[] = {
#embed "../../openapi/kubiya.json"
};

static const struct signalbox_asset assets[] = {
    {"native", native, sizeof native}, {"feather", feather, sizeof feather},
    {"extend", extend, sizeof extend}, {"wexa", wexa, sizeof wexa},
    {"agno", agno, sizeof agno},       {"kubiya", kubiya, sizeof kubiya},
};

const struct signalbox_asset *signalbox_asset_at(size_t index) {
    return index < sizeof assets / sizeof assets[0] ? &assets[index] : NULL;
}
