// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/node.hpp"
#include "api/types.hpp"

namespace hooklet::api {

/// Everything wrong with an object about to be created, with the API's paths, texts and reasons; empty when
/// it is valid. The object has its defaults set. With `source_for_lines` (the document it was decoded from)
/// issues get their lines.
Issues validate(const Pod& pod, const Node* source_for_lines = nullptr);
Issues validate(const ConfigMap& config_map, const Node* source_for_lines = nullptr);
/// No issue tells anything of the Secret's values.
Issues validate(const Secret& secret, const Node* source_for_lines = nullptr);

/// Everything wrong with `next` as what `old` becomes: also that an immutable object's data stays.
Issues validate_update(const ConfigMap& next, const ConfigMap& old);
Issues validate_update(const Secret& next, const Secret& old);

}  // namespace hooklet::api
