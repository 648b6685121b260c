// SPDX-License-Identifier: Apache-2.0
// Bodies in the API's Protobuf form: what is read is written, and read, as the same object.
#include "api/codec.hpp"
#include "api/protobuf.hpp"
#include "api/types.hpp"
#include "fuzz/target.hpp"

HOOKLET_FUZZ(input) {
    using namespace hooklet;
    (void)api::open_envelope(input);
    const api::TypeDescriptor& type = api::describe<api::Pod>();
    api::Pod pod;
    if (!api::decode_protobuf(type, input, &pod)) return;
    const std::string written = api::encode_protobuf(type, &pod);
    api::Pod again;
    fuzz::require(api::decode_protobuf(type, written, &again).has_value());
    fuzz::require(api::encode_protobuf(type, &again) == written);
}
