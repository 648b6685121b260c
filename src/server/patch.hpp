// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/create.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hooklet::server {

enum class PatchType : std::uint8_t { json, merge, strategic, apply };

/// By the request's content type; nothing when it is no patch.
std::optional<PatchType> patch_type(std::string_view content_type);

/// Reads a patch's text. 400 with the API's texts, 413 for too many operations.
Answer<api::Node> read_patch(PatchType type, std::string_view text, const api::DocumentParser& yaml);

/// Applies the patch to the target's object, or to that part of it. `apply` creates what is not there.
/// Failures are those of the API.
Task<Answer<Written>> patch(Services services, Target target, PatchType type, api::Node content,
                            WriteOptions options);

}  // namespace hooklet::server
