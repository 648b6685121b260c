// SPDX-License-Identifier: Apache-2.0
// JSON, merge and strategic patches of a Pod: DOCUMENT, zero byte, PATCH.
#include "api/codec.hpp"
#include "api/json.hpp"
#include "api/json_patch.hpp"
#include "api/strategic_patch.hpp"
#include "api/types.hpp"
#include "fuzz/target.hpp"

HOOKLET_FUZZ(input) {
    using namespace hooklet;
    const auto [first, second] = fuzz::split(input);
    const auto document = api::parse_json(first);
    const auto patch = api::parse_json(second);
    if (!document || !patch) return;
    (void)api::apply_json_patch(*document, *patch);
    const api::Node merged = api::apply_merge_patch(*document, *patch);
    fuzz::require(api::same_value(api::apply_merge_patch(merged, *patch), merged));
    (void)api::apply_strategic_patch(api::describe<api::Pod>(), *document, *patch);
}
