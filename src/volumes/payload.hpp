// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "references/fields.hpp"
#include "references/snapshot.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace hooklet {

/// What the content of a Pod's volumes is made from; only read during a call.
struct VolumeInput {
    const api::Pod& pod;
    const ObjectSnapshot& objects;  ///< At least what references_of_volumes(pod) says.
    const NodeFacts& node;
};

/// One file of a volume.
struct PayloadFile {
    std::string content;
    std::uint32_t mode = 0644;
    std::optional<std::uint32_t> uid{};  ///< Unset: the agent's.
    bool operator==(const PayloadFile&) const = default;
};

/// All files of a volume by their paths in it, which are relative, without `.`, `..` and empty parts.
using Payload = std::map<std::string, PayloadFile>;

/// Whether the volume's content comes from the API: configMap, secret, downwardAPI or projected.
bool has_payload(const api::Volume& volume);

/// The files of such a volume. Fails with the kubelet's texts, which name keys and never values: not_found
/// for an object or key that is missing and not optional, else what the source of objects said.
Result<Payload> make_payload(const api::Volume& volume, const VolumeInput& input);

/// The user that all containers of the Pod run as, if there is one: tokens are for it alone.
std::optional<std::uint32_t> common_user(const api::PodSpec& spec);

/// The Pod's fsGroup.
std::optional<std::uint32_t> fs_group(const api::PodSpec& spec);

}  // namespace hooklet
